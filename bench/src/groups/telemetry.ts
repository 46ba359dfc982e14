import { DDSketch } from "@datadog/sketches-js";
import { type RunRecord, systemClock } from "@spark/graph";
import { LatencyHistogram, RunTally, runWindows } from "@spark/telemetry";
import { Counter, Histogram, Registry } from "prom-client";
import { Subject } from "rxjs";
import { tight } from "../contender.ts";
import { bytesEach } from "../memory.ts";
import { otelMeter } from "../peers/flags.ts";
import { type Laps, race } from "../race.ts";
import { report } from "../report.ts";
import { countedRow, type Goal, timedRow } from "../row.ts";

/** Runs as they come: one in fifty fails, latencies from 1 to 200 ms. */
const records: readonly RunRecord[] = Array.from({ length: 1024 }, (_, at) => ({
  runId: `r${at}`,
  sequence: at,
  graphId: "g",
  versionId: "v",
  arm: "stable",
  planRevision: 0,
  candidateShare: 0,
  ok: at % 50 !== 0,
  startedAt: at,
  durationMs: 1 + ((at * 7919) % 1990) / 10,
  nodes: [],
}));
const record = (turn: number): RunRecord => records[turn & 1023] as RunRecord;

const sketch = new DDSketch({ relativeAccuracy: 0.01 });
const histogram = new LatencyHistogram();
const tally = new RunTally();
const runs$ = new Subject<RunRecord>();
const windows = runWindows(runs$, { clock: systemClock, intervalSeconds: 10 }).subscribe();
const registers = [new Registry()];
const counter = new Counter({ name: "runs", help: "runs", labelNames: ["ok"], registers });
const latency = new Histogram({ name: "latency", help: "seconds", labelNames: ["arm"], registers });
const meter = otelMeter();
const otelRuns = meter.createCounter("runs");
const otelLatency = meter.createHistogram("latency");
const plain = { runs: 0, errors: 0, streak: 0 };

const [counters, dd, sketched, tallied, windowed, prom, otel] = await race([
  tight("counters", (turn) => {
    const { ok } = record(turn);
    plain.runs += 1;
    plain.errors += ok ? 0 : 1;
    return (plain.streak = ok ? 0 : plain.streak + 1);
  }),
  tight("DDSketch", (turn) => {
    sketch.accept(record(turn).durationMs / 1000);
    return 1;
  }),
  tight("histogram", (turn) => {
    histogram.add(record(turn).durationMs / 1000);
    return 1;
  }),
  tight("tally", (turn) => {
    tally.add(record(turn));
    return 1;
  }),
  tight("windows", (turn) => {
    runs$.next(record(turn));
    return 1;
  }),
  tight("prom-client", (turn) => {
    const { ok, arm, durationMs } = record(turn);
    counter.inc({ ok: String(ok) });
    latency.observe({ arm }, durationMs / 1000);
    return 1;
  }),
  tight("OpenTelemetry", (turn) => {
    const { ok, arm, durationMs } = record(turn);
    otelRuns.add(1, { ok });
    otelLatency.record(durationMs / 1000, { arm });
    return 1;
  }),
]);

const row = (
  what: string,
  against: string,
  { ours, theirs, goal }: { readonly ours: Laps; readonly theirs: Laps; readonly goal?: Goal },
): void =>
  report(
    timedRow(
      { what, against, ...(goal === undefined ? {} : { goal }), unit: "ns", per: 1 / 1000 },
      ours,
      theirs,
    ),
  );
row("a latency into the histogram", "DDSketch accept", { ours: sketched, theirs: dd, goal: { atMost: 1.2 } });
row("a run counted: histogram, errors, streak, means", "DDSketch accept", {
  ours: tallied,
  theirs: dd,
  goal: { atMost: 1.2 },
});
row("a run counted", "three plain counters", { ours: tallied, theirs: counters });
row("a run into the open window, by RxJS", "DDSketch accept", { ours: windowed, theirs: dd });
row("a run counted", "prom-client", { ours: tallied, theirs: prom, goal: { cheaperBy: 10 } });
row("a run counted", "OpenTelemetry", { ours: tallied, theirs: otel, goal: { cheaperBy: 10 } });
windows.unsubscribe();

const bytes = await bytesEach(200, () => new RunTally());
report(countedRow({ what: "memory of one tally", against: "25 KiB", goal: { atMost: 1 } }, bytes, 25 * 1024));
process.exit();
