import type { JsonObject } from "@spark/graph";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baselineBefore } from "../baseline.ts";
import { readDeploymentConfig } from "../deployment-config.ts";
import { SidesTally } from "../sides-tally.ts";
import type { Stage } from "../stage.ts";
import { countedRun } from "../testing/counted-runs.ts";
import type { CountedRun } from "./counted-run.ts";
import { DeferredRuns, DeferringPanel } from "./deferring-panel.ts";
import type { ComparedMetrics, GuardPanel, PanelReading } from "./guard-panel.ts";
import { guardRules } from "./guard-rule.ts";
import { setUpGuards } from "./guard-setup.ts";
import { SampleRatio } from "./sample-ratio.ts";
import { SampleRatioPanel } from "./sample-ratio-panel.ts";
import { SequentialPanel } from "./sequential-panel.ts";
import { ThresholdPanel } from "./threshold-panel.ts";

const config = readDeploymentConfig({ minimumFailures: 1, failureThreshold: 3 });
const stages: readonly Stage[] = [
  { kind: "watch", share: 0.1 },
  { kind: "watch", share: 0.5 },
  { kind: "watch", share: 1 },
];
const history = Array.from(
  { length: 1000 },
  (_, sequence) => countedRun({ side: "baseline", sequence, durationMs: 125 }).record,
);
const baseline = baselineBefore(history, {
  minimumRuns: 30,
  testResult: { hypothesisId: "h", testId: "t", status: "passed" } as never,
});
const setup = setUpGuards(config, stages, { baseline });
if (baseline === undefined) throw new Error("the history is too short");
const metrics = { baseline: baseline.metrics, candidate: baseline.metrics };

/** Runs on their way: which have ended, up to where all have. */
class Flights {
  readonly #underWay = new Map<number, CountedRun["side"]>();
  readonly #count: number;

  constructor(runs: readonly CountedRun[]) {
    this.#count = runs.length;
    for (const { record, side } of runs) this.#underWay.set(record.sequence, side);
  }

  end({ record }: CountedRun): void {
    this.#underWay.delete(record.sequence);
  }

  settledUpTo(side?: CountedRun["side"]): number {
    const open = [...this.#underWay].filter(([, of]) => side === undefined || of === side);
    return Math.min(this.#count, ...open.map(([sequence]) => sequence));
  }

  underWay(): { baseline: number; candidate: number } {
    const sides = [...this.#underWay.values()];
    const candidate = sides.filter((side) => side === "candidate").length;
    return { baseline: sides.length - candidate, candidate };
  }
}

/** @param minimumFailures - 1000 leaves the decision to the fuse. */
function panelOn(
  flights: Flights,
  upTo: (settled: number) => number,
  minimumFailures: 1 | 1000 = 1,
): GuardPanel {
  const traffic = {
    underWay: () => flights.underWay(),
    candidateSettledUpTo: () => upTo(flights.settledUpTo("candidate")),
    settledUpTo: () => upTo(flights.settledUpTo()),
  };
  const panel = new SequentialPanel(setup, traffic, { rules: guardRules(config), from: 0, minimumFailures });
  const { settledUpTo } = traffic;
  const ratio = new SampleRatio({ severity: "hold", checks: setup.checks, from: 0, settledUpTo });
  return new SampleRatioPanel(panel, ratio);
}

/** What is asked of a panel, and of the tally beside it. */
type Said = Pick<DeferringPanel, "tally" | "count" | "read" | "closeCheck" | "checkpoint">;

/** A panel that gets each run at once, and a tally beside it. */
class PromptPanel implements Said {
  readonly tally = new SidesTally();
  readonly #panel: GuardPanel;

  constructor(panel: GuardPanel) {
    this.#panel = panel;
  }

  count(run: CountedRun): boolean {
    this.tally.add(run);
    return this.#panel.count(run);
  }

  read(shown: ComparedMetrics): PanelReading {
    return this.#panel.read(shown);
  }

  closeCheck(): void {
    this.#panel.closeCheck();
  }

  checkpoint(): JsonObject {
    return this.#panel.checkpoint();
  }
}

/**
 * What a panel says of runs that end one after the other, with a look at every seventh. Runs that asked for their
 * version are under way as others are, and not counted.
 */
function said(panel: Said, flights: Flights, ends: readonly CountedRun[]): unknown[] {
  return ends.map((run, at) => {
    flights.end(run);
    const tripped = run.record.overridden !== true && panel.count(run);
    if (at % 7 !== 6) return tripped;
    const reading = panel.read(metrics);
    const { tally } = panel;
    const shown = { sides: tally.checkpoint(), candidate: tally.candidateMetrics(1) };
    const looked = { tripped, reading, shown, checkpoint: panel.checkpoint() };
    // Every other look is one at a trip, which ends no check.
    if (at % 2 === 0) panel.closeCheck();
    return looked;
  });
}

const traits = fc.record({
  side: fc.constantFrom("baseline", "candidate"),
  isBad: fc.integer({ min: 0, max: 3 }).map((draw) => draw === 0),
  isSlow: fc.integer({ min: 0, max: 5 }).map((draw) => draw === 0),
  milliseconds: fc.integer({ min: 1, max: 125 }),
  asksForVersion: fc.integer({ min: 0, max: 5 }).map((draw) => draw === 0),
  key: fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined }),
  endsAfter: fc.integer({ min: 0, max: 20 }),
});

const traffic = fc.record({
  runs: fc.array(traits, { minLength: 1, maxLength: 150 }),
  /** Where the stages of a canary end: a tenth of the traffic, half of it, all. */
  tenthUntil: fc.integer({ min: 0, max: 75 }),
  splitUntil: fc.integer({ min: 0, max: 150 }),
  /** Every run of the candidate fails, and none of the baseline; no run has a key. Then there are long rows. */
  isBroken: fc.boolean(),
  minimumFailures: fc.constantFrom(1 as const, 1000 as const),
});

type Traffic = typeof traffic extends fc.Arbitrary<infer T> ? T : never;

/** The runs in the order of their ends. */
function endsOf({ runs, tenthUntil, splitUntil, isBroken }: Traffic): readonly CountedRun[] {
  return runs
    .map(({ side: drawn, isBad, isSlow, milliseconds, key, endsAfter, asksForVersion }, sequence) => {
      const side = sequence < splitUntil ? drawn : "candidate";
      return {
        endsAt: sequence + endsAfter,
        run: countedRun({
          sequence,
          side,
          share: sequence >= splitUntil ? 1 : sequence < tenthUntil ? 0.1 : 0.5,
          ok: isBroken ? side === "baseline" : !isBad,
          durationMs: isSlow ? 1000 : milliseconds,
          ...(asksForVersion ? { overridden: true as const } : {}),
          ...(key === undefined || isBroken ? {} : { key }),
        }),
      };
    })
    .toSorted((a, b) => a.endsAt - b.endsAt)
    .map(({ run }) => run);
}

describe("a panel to which good runs are given later", () => {
  test("says what it says when it gets each at once, in whatever order they end", () => {
    fc.assert(
      fc.property(traffic, (shape) => {
        const ends = endsOf(shape);
        const [atOnce, later] = [new Flights(ends), new Flights(ends)];
        const deferred = new DeferredRuns();
        const patient = new DeferringPanel(
          panelOn(later, (settled) => deferred.countedUpTo(settled), shape.minimumFailures),
          deferred,
        );
        expect(said(patient, later, ends)).toEqual(
          said(new PromptPanel(panelOn(atOnce, (settled) => settled, shape.minimumFailures)), atOnce, ends),
        );
      }),
      { numRuns: 400 },
    );
  });

  /** Whether each of these runs trips, where only the fuse decides. */
  function trips(ends: readonly CountedRun[]): readonly boolean[] {
    const flights = new Flights(ends);
    const deferred = new DeferredRuns();
    const panel = new DeferringPanel(
      panelOn(flights, (settled) => deferred.countedUpTo(settled), 1000),
      deferred,
    );
    return ends.map((run) => {
      flights.end(run);
      return panel.count(run);
    });
  }
  const failed = (sequence: number): CountedRun => countedRun({ sequence, ok: false });
  const went = (sequence: number): CountedRun => countedRun({ sequence, side: "baseline" });
  const rounds = [...Array(30).keys()];

  test("trips in the very run of the baseline that shows a row of failures to be the candidate's own", () => {
    const ends = [...rounds.map(failed), ...rounds.map((round) => went(30 + round))];
    const at = trips(ends).indexOf(true);
    expect(at).toBeGreaterThan(30);
    expect(trips(ends.slice(0, at))).not.toContain(true);
  });

  test("lets the fuse know of the baseline's successes that ended before the failures they followed", () => {
    const [failures, successes] = [
      rounds.map((round) => failed(2 * round)),
      rounds.map((round) => went(2 * round + 1)),
    ];
    const inOrder = trips(rounds.flatMap((at) => [failures[at] as CountedRun, successes[at] as CountedRun]));
    const round = Math.floor(inOrder.indexOf(true) / 2);
    expect(round).toBeGreaterThan(0);
    expect(trips([...successes, ...failures]).indexOf(true)).toBe(30 + round);
  });

  test("gives every run at once to a panel that cannot wait", () => {
    const deferred = new DeferredRuns();
    const panel = new DeferringPanel(new ThresholdPanel(config, baseline), deferred);
    panel.count(countedRun({ sequence: 0 }));
    expect(deferred.length).toBe(0);
  });

  test("counts what waits when there is much of it", () => {
    const deferred = new DeferredRuns();
    const panel = new DeferringPanel(
      panelOn(new Flights([]), (settled) => settled),
      deferred,
    );
    for (let sequence = 0; sequence < 63; sequence += 1) panel.count(countedRun({ sequence }));
    expect(deferred.length).toBe(63);
    panel.count(countedRun({ sequence: 63 }));
    expect(deferred.length).toBe(0);
  });
});
