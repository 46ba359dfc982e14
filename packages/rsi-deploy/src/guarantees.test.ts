import { bernoulli } from "@spark/evidence/testing";
import { type Random, type RunRecord, seededRandom } from "@spark/graph";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDeploymentConfig } from "./deployment-config.ts";
import { AttributionEvidence } from "./guards/attribution-evidence.ts";
import type { CountedRun } from "./guards/counted-run.ts";
import { guardRules } from "./guards/guard-rule.ts";
import { setUpGuards } from "./guards/guard-setup.ts";
import { SequentialPanel } from "./guards/sequential-panel.ts";
import { harmless } from "./testing/scenarios.ts";
import { simulateDeployment } from "./testing/simulate-deployment.ts";
import { simulatePanel, type PanelSimulationOptions } from "./testing/simulate-panel.ts";

const budget = 0.05;

/** These tests take seconds each, more on a busy machine. */
const patient = { timeout: 120_000 };

/** What a rate at the budget stays below in so many simulations, but for one suite in a thousand. */
function withSlack(simulations: number): number {
  return budget + 3 * Math.sqrt((budget * (1 - budget)) / simulations);
}

function seeds(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** Shares of rollouts that the guards ended. */
function caught(options: Omit<PanelSimulationOptions, "seed">, simulations: number): number {
  const ended = seeds(simulations).filter((seed) => simulatePanel({ ...options, seed }).guard !== undefined);
  return ended.length / simulations;
}

describe.each([
  { cadence: "every run", runsPerCheck: 1, candidateRuns: 60, simulations: 12 },
  { cadence: "every 1,000 runs", runsPerCheck: 1000, candidateRuns: 300, simulations: 20 },
])("false rollbacks, checked at $cadence", patient, ({ runsPerCheck, candidateRuns, simulations }) => {
  const rates = [0, 0.01, 0.02, 0.05, 0.1, 0.2];
  const shares = [0.05, 0.1, 0.25, 0.5];
  const grid = rates.flatMap((baselineRate) => shares.map((share) => ({ baselineRate, share })));
  const rate = (ratio: number): number => {
    const found = grid.map(({ baselineRate, share }) => {
      const checks = Math.ceil(candidateRuns / share / runsPerCheck);
      const candidateRate = ratio * baselineRate;
      return caught({ share, checks, runsPerCheck, baselineRate, candidateRate }, simulations);
    });
    expect(Math.max(...found)).toBeLessThanOrEqual(withSlack(simulations));
    return found.reduce((sum, one) => sum + one, 0) / found.length;
  };

  test("stay within the budget at every error rate and share, where nothing changes", () => {
    expect(rate(1)).toBeLessThanOrEqual(withSlack(simulations * grid.length));
  });

  test("stay within the budget at the margin", () => {
    expect(rate(1.5)).toBeLessThanOrEqual(withSlack(simulations * grid.length));
  });
});

describe("false rollbacks of whole deployments", patient, () => {
  test.each(harmless)("stay within the budget: $name", async ({ baseline, candidate, traffic }) => {
    let rolledBack = 0;
    const each = 10;
    for (const holdbackShare of [0.5, 0.9]) {
      for (const seed of seeds(each)) {
        const config = { strategy: "direct", holdbackShare, minimumRuns: 20 } as const;
        const { status } = await simulateDeployment({ config, traffic, baseline, candidate, seed });
        expect(["completed", "rolled_back"]).toContain(status);
        if (status === "rolled_back") rolledBack += 1;
      }
    }
    expect(rolledBack / (2 * each)).toBeLessThanOrEqual(withSlack(2 * each));
  });

  test("are the rule with thresholds: 2 % errors, 20 runs a check, 30 checks, no change", async () => {
    let rolledBack = 0;
    for (const seed of seeds(20)) {
      const { status, guard } = await simulateDeployment({
        config: { strategy: "direct", holdbackShare: 0.5, decision: "threshold", minimumRuns: 20 },
        traffic: { runsPerSecond: 4 },
        baseline: { errorRate: 0.02 },
        candidate: { errorRate: 0.02 },
        seed,
      });
      if (status === "rolled_back") {
        rolledBack += 1;
        expect(guard).toBe("error_rate");
      }
    }
    expect(rolledBack).toBeGreaterThan(10);
  });
});

describe("a deployment simulated again", () => {
  test("is the same, run by run", async () => {
    const once = () =>
      simulateDeployment({
        config: { strategy: "canary", monitoringDurationSeconds: 60 },
        traffic: { runsPerSecond: 10, keys: { runsPerKey: 3 } },
        baseline: { errorRate: 0.02 },
        candidate: { errorRate: 0.06 },
        seed: 5,
      });
    expect(JSON.stringify(await once())).toBe(JSON.stringify(await once()));
  });
});

describe("the delay of the error guard", patient, () => {
  /** Attribution alone, without restarts, at a risk of 5 %: what the published figures are of. */
  function delay(random: Random, share: number, candidateRate: number): number {
    const evidence = new AttributionEvidence({ ratio: 1.5, checks: 1 });
    for (let candidateRuns = 0; ;) {
      const side = bernoulli(random, share) ? "candidate" : "baseline";
      if (side === "candidate") candidateRuns += 1;
      if (!bernoulli(random, side === "candidate" ? candidateRate : 0.02)) continue;
      evidence.settle({ side, share }, false);
      if (side === "candidate" && evidence.log({ share, baseline: 0 }) >= Math.log(20)) return candidateRuns;
    }
  }

  test.each([
    [0.1, 0.05, 792],
    [0.1, 0.1, 90],
    [0.1, 0.2, 22],
    [0.1, 0.5, 7],
    [0.1, 1, 3],
    [0.5, 0.05, 1734],
    [0.5, 0.1, 196],
    [0.5, 0.2, 50],
    [0.5, 0.5, 17],
    [0.5, 1, 9],
  ])("alone, at share %s, errors grown from 0.02 to %s, is a median of %s runs", (share, rate, published) => {
    const random = seededRandom(20_260_102);
    const delays = seeds(600).map(() => delay(random, share, rate));
    expect(Math.abs(median(delays) - published)).toBeLessThanOrEqual(Math.max(1, 0.15 * published));
  });

  test.each([
    [0.1, 0.1, 90],
    [0.1, 0.2, 22],
    [0.1, 0.5, 7],
    [0.5, 0.2, 50],
    [0.5, 0.5, 17],
  ])(
    "with all guards under one budget, at share %s, errors grown from 0.02 to %s, is at most twice those %s runs",
    (share, candidateRate, published) => {
      const rollout = { share, checks: 60, runsPerCheck: Math.ceil(100 / share), baselineRate: 0.02 };
      const outcomes = seeds(60).map((seed) => simulatePanel({ ...rollout, candidateRate, seed }));
      expect(outcomes.every(({ guard }) => guard !== undefined)).toBe(true);
      expect(median(outcomes.map(({ candidateRuns }) => candidateRuns))).toBeLessThanOrEqual(2 * published);
    },
  );
});

describe("a candidate that always fails", () => {
  test.each([0.05, 0.1, 0.5, 0.9, 1])("is gone within ten of its runs at share %s", (share) => {
    const rollout = { share, checks: 30, runsPerCheck: 100, baselineRate: 0.02, candidateRate: 1 };
    const runs = seeds(40).map((seed) => simulatePanel({ ...rollout, seed }).candidateRuns);
    expect(Math.max(...runs)).toBeLessThanOrEqual(10);
  });

  test.each(["sequential", "threshold"] as const)(
    "is gone within ten of its runs in a whole deployment decided by %s",
    async (decision) => {
      for (const seed of seeds(5)) {
        const { status, candidateRuns } = await simulateDeployment({
          config: { strategy: "canary", decision },
          traffic: { runsPerSecond: 20 },
          baseline: { errorRate: 0.02 },
          candidate: { errorRate: 1 },
          seed,
        });
        expect(status).toBe("rolled_back");
        expect(candidateRuns).toBeLessThanOrEqual(10);
      }
    },
  );
});

describe("a regression that begins at check 25 of 30", patient, () => {
  test.each([
    { share: 0.1, candidateRate: 0.1 },
    { share: 0.5, candidateRate: 0.2 },
  ])("is caught in 95 % at share $share, 2 % grown to $candidateRate", ({ share, candidateRate }) => {
    const found = caught(
      {
        share,
        checks: 30,
        runsPerCheck: 100 / share,
        baselineRate: 0.02,
        candidateRate: (check) => (check < 25 ? 0.02 : candidateRate),
      },
      40,
    );
    expect(found).toBeGreaterThanOrEqual(0.95);
  });
});

describe("the evidence of all guards", () => {
  const config = readDeploymentConfig({ strategy: "stages", stages: [{ kind: "watch", share: 0.3 }] });
  const setup = setUpGuards(config, config.stages ?? [], { baseline: undefined });

  /** Feeds a panel runs in the order of their ends; what has not ended is under way. */
  function panelAfter(ends: readonly CountedRun[]): SequentialPanel {
    const underWay = new Map(ends.map((run) => [run.record.sequence, run.side]));
    const count = (side: string): number => [...underWay.values()].filter((one) => one === side).length;
    const firstOf = (side?: string): number =>
      Math.min(
        ends.length,
        ...[...underWay].flatMap(([sequence, own]) => (side === undefined || own === side ? [sequence] : [])),
      );
    const traffic = {
      underWay: () => ({ baseline: count("baseline"), candidate: count("candidate") }),
      candidateSettledUpTo: () => firstOf("candidate"),
      settledUpTo: () => firstOf(),
    };
    const panel = new SequentialPanel(setup, traffic, {
      rules: guardRules(config),
      from: 0,
      minimumFailures: config.minimumFailures,
    });
    for (const run of ends) {
      underWay.delete(run.record.sequence);
      panel.count(run);
    }
    return panel;
  }

  const runs = fc
    .array(fc.record({ candidate: fc.boolean(), ok: fc.boolean() }), { minLength: 1, maxLength: 60 })
    .map((drawn) =>
      drawn.map(({ candidate, ok }, sequence): CountedRun => ({
        side: candidate ? "candidate" : "baseline",
        share: 0.3,
        record: { sequence, ok, durationMs: 100 } as RunRecord,
      })),
    );

  test("is the same in whatever order the runs end", () => {
    fc.assert(
      fc.property(
        runs.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([inOrder, shuffled]) => {
          const panels = [panelAfter(shuffled), panelAfter(inOrder)] as const;
          expect(evidenceOf(panels[0])).toEqual(evidenceOf(panels[1]));
          for (const panel of panels) panel.closeCheck();
          expect(panels[0].checkpoint()).toEqual(panels[1].checkpoint());
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  test("is the same whether one process counted or several, whose counts are added", () => {
    fc.assert(
      fc.property(runs, (all) => {
        const part = (remainder: number): CountedRun[] =>
          all
            .filter((_, at) => at % 2 === remainder)
            .map((run, sequence) => ({ ...run, record: { ...run.record, sequence } }));
        const [even, odd] = [panelAfter(part(0)).checkpoint(), panelAfter(part(1)).checkpoint()];
        const merged = panelAfter([]);
        merged.restore(added(even, odd) as never);
        const whole = panelAfter(all);
        expect(merged.checkpoint()).toEqual(whole.checkpoint());
        expect(evidenceOf(merged)).toEqual(evidenceOf(whole));
      }),
      { seed: 2, numRuns: 50 },
    );
  });
});

function evidenceOf(panel: SequentialPanel): unknown {
  return panel.read({ baseline: undefined, candidate: {} as never }).evidence;
}

/** Two checkpoints of one check: counts are added, what was fixed at its beginning stays. */
function added(a: unknown, b: unknown, path = ""): unknown {
  if (typeof a === "number") return path === "share" || path === "check" ? a : a + (b as number);
  if (path === "opening") return a;
  if (Array.isArray(a)) {
    const others = b as unknown[];
    return a.length === 0 ? others : a.map((one, at) => (at in others ? added(one, others[at]) : one));
  }
  return Object.fromEntries(
    Object.entries(a as object).map(([key, value]) => [key, added(value, (b as never)[key], key)]),
  );
}
