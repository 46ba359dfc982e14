import { describe, expect, test } from "vitest";
import { baselineBefore } from "../baseline.ts";
import { type DeploymentConfigInput, readDeploymentConfig } from "../deployment-config.ts";
import { countedRun, type RunTraits } from "../testing/counted-runs.ts";
import type { GuardReading } from "./guard-reading.ts";
import { ThresholdPanel } from "./threshold-panel.ts";
import type { UserGuard } from "./user-guard.ts";

const testResult = { hypothesisId: "h", testId: "t", status: "passed" } as never;
const minimumRuns = 10;

/** A panel that has seen a baseline before or alongside, and a candidate. */
function panelOf(seen: {
  readonly config?: DeploymentConfigInput;
  readonly guards?: readonly UserGuard[];
  readonly before?: readonly RunTraits[];
  readonly runs: readonly RunTraits[];
}): { reading: (guard: string) => GuardReading | undefined; panel: ThresholdPanel } {
  const config = readDeploymentConfig({ decision: "threshold", minimumRuns, ...seen.config });
  const records = (seen.before ?? []).map((traits) => countedRun({ side: "baseline", ...traits }).record);
  const before = baselineBefore(records, { minimumRuns, testResult });
  const panel = new ThresholdPanel(config, before, seen.guards);
  for (const run of seen.runs) panel.count(countedRun(run));
  return { panel, reading: (guard) => panel.read().readings.find((one) => one.guard === guard) };
}

const costs = (values: readonly number[], more: RunTraits = {}): readonly RunTraits[] =>
  values.map((cost) => ({ cost, share: 1, ...more }));
const ten = (value: number): readonly number[] => Array.from({ length: 10 }, () => value);

describe("the cost of a window", () => {
  const config = { maxCostIncrease: 0.2 };

  test.each([
    [12, false],
    [12.001, true],
  ])("with a median of %d against 10 before, at a margin of 20 %, breaches: %s", (cost, breached) => {
    const { reading } = panelOf({ config, before: costs(ten(10)), runs: costs(ten(cost)) });
    expect(reading("cost")).toMatchObject({
      armed: true,
      limit: 12,
      baseline: { value: 10, runs: 10 },
      candidate: { value: cost },
      comparedWith: "before",
      breached,
    });
  });

  test("is compared with the baseline alongside where there is one, and begins anew with a window", () => {
    const { panel, reading } = panelOf({
      config,
      before: costs(ten(100)),
      runs: [...costs(ten(10), { side: "baseline", share: 0.5 }), ...costs(ten(13), { share: 0.5 })],
    });
    expect(reading("cost")).toMatchObject({ comparedWith: "alongside", limit: 12, breached: true });
    panel.closeCheck();
    expect(reading("cost")).toMatchObject({ armed: false, breached: false });
  });

  test("that nobody reports is not judged, and says so", () => {
    const { reading } = panelOf({ config, before: ten(0).map(() => ({})), runs: costs(ten(13)) });
    expect(reading("cost")).toMatchObject({
      armed: false,
      notArmed: "no run of the baseline that says anything of cost",
      breached: false,
    });
  });
});

test.each([
  [0.8, false],
  [0.79, true],
])("a mean quality of %d against a floor of 0.8 breaches: %s", (quality, breached) => {
  const { reading } = panelOf({
    config: { minQuality: 0.8 },
    runs: ten(0).map(() => ({ quality, share: 1 })),
  });
  expect(reading("quality")).toMatchObject({ comparedWith: "limit", limit: 0.8, breached });
  expect(reading("quality")?.candidate.value).toBeCloseTo(quality);
});

describe("a guard of one's own", () => {
  const thumbs: UserGuard = {
    name: "thumbs_up",
    read: (run) => run.scores?.["thumbs"] === 1,
    direction: "lower_is_worse",
    margin: 0.5,
    severity: "warn",
  };
  const voted = (down: number, more: RunTraits): readonly RunTraits[] =>
    Array.from({ length: 20 }, (_, at) => ({ scores: { thumbs: at < down ? 0 : 1 }, ...more }));

  test.each([
    [6, false],
    [7, true],
  ])(
    "on a rate counts the bad side of it: %d of 20 against 4, at a margin of 50 %, breaches: %s",
    (down, breached) => {
      const { reading } = panelOf({
        guards: [thumbs],
        runs: [...voted(4, { side: "baseline" }), ...voted(down, {})],
      });
      expect(reading("thumbs_up")).toMatchObject({
        severity: "warn",
        candidate: { hits: down, runs: 20 },
        baseline: { hits: 4, runs: 20 },
        breached,
      });
    },
  );

  test("that throws, or gives something else, disturbs nothing: it is counted and said", () => {
    const broken: UserGuard = {
      ...thumbs,
      name: "broken",
      read: ({ sequence }) => {
        if (sequence === 0) throw new TypeError("no scores here");
        return 1 as unknown as boolean;
      },
    };
    const runs = Array.from({ length: 20 }, (_, sequence) => ({ sequence, share: 1 }));
    const { panel, reading } = panelOf({ guards: [broken], runs });
    expect(reading("broken")).toMatchObject({
      armed: false,
      breached: false,
      unread: { runs: 20, because: "TypeError: no scores here" },
    });
    expect(panel.read().readings.find(({ guard }) => guard === "success_rate")?.armed).toBe(true);
  });
});

describe("both versions", () => {
  const failing = (side: "baseline" | "candidate", failures: number): readonly RunTraits[] =>
    Array.from({ length: 20 }, (_, at) => ({ side, ok: at % 20 >= failures }));

  test("below the floor in one window are said to be, and the one that fails less is named", () => {
    const { panel } = panelOf({ runs: [...failing("baseline", 16), ...failing("candidate", 10)] });
    expect(panel.read().bothUnhealthy).toMatchObject({ better: "candidate" });
  });

  test("are not said to be failing where only the candidate is", () => {
    const { panel } = panelOf({ runs: [...failing("baseline", 6), ...failing("candidate", 10)] });
    const { breaches, bothUnhealthy } = panel.read();
    expect(breaches.map(({ guard }) => guard)).toContain("success_rate");
    expect(bothUnhealthy).toBeUndefined();
  });
});
