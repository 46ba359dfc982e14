import { expect, test } from "vitest";
import { baselineBefore } from "../baseline.ts";
import { readDeploymentConfig } from "../deployment-config.ts";
import type { Stage } from "../stage.ts";
import { countedRun } from "../testing/counted-runs.ts";
import { guardRules } from "./guard-rule.ts";
import { GuardSetup, setUpGuards } from "./guard-setup.ts";
import { SequentialPanel } from "./sequential-panel.ts";
import type { UserGuard } from "./user-guard.ts";

const config = readDeploymentConfig({ maxCostIncrease: 0.2, minQuality: 0.8 });
const stages: readonly Stage[] = [
  { kind: "watch", share: 0.5 },
  { kind: "watch", share: 1 },
];
const loops: UserGuard = {
  name: "steps",
  read: ({ scores }) => scores?.["steps"],
  direction: "higher_is_worse",
  margin: 0.5,
  severity: "rollback",
  quantile: 0.9,
};
const shown = { cost: 1, quality: 0.9, scores: { steps: 10 } };
const history = Array.from({ length: 1000 }, (_, sequence) =>
  countedRun({ side: "baseline", sequence, ...shown }),
).map(({ record }) => record);
const baseline = baselineBefore(history, {
  minimumRuns: 30,
  testResult: { hypothesisId: "h", testId: "t", status: "passed" } as never,
});
const setup = setUpGuards(config, stages, { baseline, guards: [loops] });
const rules = guardRules(config, [loops]);

/** A panel on a graph where every run has ended before the next one starts. */
function panelOf(withRules = rules) {
  const at = { sequence: 0 };
  const traffic = {
    underWay: () => ({ baseline: 0, candidate: 0 }),
    candidateSettledUpTo: () => at.sequence,
    settledUpTo: () => at.sequence,
  };
  const panel = new SequentialPanel(setup, traffic, { rules: withRules, from: 0, minimumFailures: 3 });
  const feed = (runs: number, traits: Parameters<typeof countedRun>[0]): boolean =>
    Array.from({ length: runs }, () =>
      panel.count(countedRun({ sequence: at.sequence++, ...shown, ...traits })),
    ).some(Boolean);
  const read = () => {
    const { metrics } = baseline ?? {};
    if (metrics === undefined) throw new Error("the history is too short");
    return panel.read({ baseline: metrics, candidate: metrics });
  };
  return { panel, feed, read };
}

test.each([
  ["cost", { cost: 1.3 }],
  ["quality", { quality: 0.5 }],
  ["steps", { scores: { steps: 16 } }],
])("%s decides in the very run, with the limit and what was seen", (guard, traits) => {
  const { feed, read } = panelOf();
  feed(50, { side: "baseline" });
  expect(feed(40, traits)).toBe(true);
  const { breaches } = read();
  expect(breaches.map((one) => one.guard)).toEqual([guard]);
  expect(breaches[0]).toMatchObject({ unit: "value", armed: true });
});

test("a rise that the baseline alongside shows as well is nobody's fault", () => {
  const { feed } = panelOf();
  for (let pair = 0; pair < 200; pair += 1) {
    expect(feed(1, { side: "baseline", cost: 3 })).toBe(false);
    expect(feed(1, { cost: 3 })).toBe(false);
  }
});

test("another process goes on with the counts, whatever JSON made of setup and checkpoint", () => {
  const first = panelOf();
  first.feed(20, { quality: 0.7, cost: 1.3 });
  first.panel.closeCheck();
  first.feed(3, { quality: 0.7 });
  const second = panelOf();
  second.panel.restore(JSON.parse(JSON.stringify(first.panel.checkpoint())));
  expect(second.read().evidence).toEqual(first.read().evidence);
  expect(GuardSetup.parse(JSON.parse(JSON.stringify(setup)))).toEqual(setup);
});

test("a guard that another process had and this one was not given says so", () => {
  const { feed, read } = panelOf(guardRules(config));
  feed(5, {});
  const reading = read().readings.find(({ guard }) => guard === "steps");
  expect(reading?.unread).toEqual({ runs: 5, because: "Error: this controller was not given the guard" });
});
