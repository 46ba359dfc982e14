import { type Contender, repeated } from "../contender.ts";
import { guardedProduction } from "../guarded-production.ts";
import { flagged, growthBook, openFeatureMetrics, promMetrics, unleash } from "../peers/flags.ts";
import { type Laps, race } from "../race.ts";
import { report } from "../report.ts";
import { between, timedRow } from "../row.ts";
import { chainSpec, type Count, graphOf } from "../shapes.ts";

const graph = graphOf(chainSpec(10));
const input: Count = { v: 0 };
const keys = Array.from({ length: 1000 }, (_, at) => `user-${at}`);
let turn = 0;
const nextKey = (): string => keys[(turn += 1) % keys.length] as string;

const bareRun = (): Promise<Count> => graph.run(input);
const bare = repeated("bare", bareRun);

const unwatched = await guardedProduction({ watched: false });
const watched = await guardedProduction({ watched: true });
const live = (of: typeof watched): Contender =>
  repeated("live", () => of.live.run(input, { key: nextKey() }));

const [bareLaps, routed, guarded, grown, unleashed, opened] = await race([
  bare,
  live(unwatched),
  live(watched),
  repeated("GrowthBook", flagged(await growthBook(), { metrics: promMetrics(), run: bareRun, key: nextKey })),
  repeated("Unleash", flagged(await unleash(), { metrics: promMetrics(), run: bareRun, key: nextKey })),
  repeated("OpenFeature", flagged(...(await openFeatureMetrics({ run: bareRun, key: nextKey })))),
]);

const against = "the compiled plan, bare";
report(
  timedRow(
    { what: "live run: sticky split, record with per-node times", against, goal: { atMost: 2 } },
    routed,
    bareLaps,
  ),
);
report(
  timedRow(
    { what: "the same in a canary: every guard and window updated", against, goal: { atMost: 2 } },
    guarded,
    bareLaps,
  ),
);

/** What each adds to the bare run, round by round. */
const added = (laps: Laps): Laps => between(laps, bareLaps, (us, bareUs) => us - bareUs);
for (const [name, laps] of [
  ["GrowthBook + prom-client", grown],
  ["Unleash + prom-client", unleashed],
  ["OpenFeature + OpenTelemetry", opened],
] as const) {
  const what = "added to a bare run: routing, per-node records, guards";
  report(timedRow({ what, against: name, goal: { cheaperBy: 3 } }, added(guarded), added(laps)));
}
const what = "guards, windows and logs of one run";
report(
  timedRow(
    { what, against: "1 µs", goal: { atMost: 1 } },
    between(guarded, routed, (us, routedUs) => us - routedUs),
    guarded.map(() => 1),
  ),
);
await watched.close();
process.exit();
