import { graphVersion } from "@spark/graph";
import { describe, expect, test } from "vitest";
import { mailGraph } from "../mail-graph.ts";
import { auditLoop } from "./audit-loop.ts";
import { compareSorted, type Sorted } from "./compare-held-out.ts";
import type { Told } from "./loop-event.ts";
import { plantedProposal } from "./planted-proposal.ts";

/** `wrong` of 400 mails are sorted wrongly; times vary by a tenth. */
const sorted = (wrong: number, ms: number): readonly Sorted[] =>
  Array.from({ length: 400 }, (_, at) => ({ right: at >= wrong, failed: false, ms: ms + (at % 10) / 10 }));
const { spec } = graphVersion(mailGraph);
const planted: Told = {
  hypothesisId: "hyp_1",
  hypothesisType: "parameter_tuning",
  rationale: plantedProposal.rationale,
  phase: "testing",
  status: "stopped",
  reason: "test failed",
  changes: plantedProposal.changes,
};
const audit = (after: readonly Sorted[], told: readonly Told[] = [planted], served = spec) =>
  auditLoop({ told, comparison: compareSorted(sorted(40, 5), after), spec: served }).map(({ ok }) => ok);

describe("what the loop has to have done", () => {
  test("is done where mails are sorted better and the planted proposal was stopped", () => {
    expect(audit(sorted(10, 5))).toEqual([true, true]);
  });

  test("is not done where nothing differs", () => {
    expect(audit(sorted(40, 5))).toEqual([false, true]);
  });

  test("is not done where something is better and something else worse", () => {
    expect(audit(sorted(60, 2))).toEqual([false, true]);
  });

  test("is not done where the planted proposal was deployed, serves, or was never looked at", () => {
    const serving = {
      ...spec,
      nodes: spec.nodes.map((node) =>
        node.id === "words" ? { ...node, config: { phraseWindow: 7 } } : node,
      ),
    };
    expect(audit(sorted(10, 5), [{ ...planted, status: "deployed" }])).toEqual([true, false]);
    expect(audit(sorted(10, 5), [planted], serving)).toEqual([true, false]);
    expect(audit(sorted(10, 5), [])).toEqual([true, false]);
  });
});

describe("the comparison on held-out mails", () => {
  test("gives each figure with an interval that holds it", () => {
    const { after, difference } = compareSorted(sorted(40, 5), sorted(10, 3));
    expect(after.correct).toMatchObject({ count: 390, of: 400 });
    expect(after.p95Ms).toEqual({ value: 3.9, interval: [3.9, 3.9] });
    expect(difference.meanMs.value).toBeCloseTo(-2);
    expect(difference.correct.value).toBeCloseTo(30 / 400);
    expect(difference.correct.interval[0]).toBeGreaterThan(0);
    expect(difference.correct.interval[1]).toBeLessThan(0.11);
  });
});
