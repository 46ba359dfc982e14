import { graphVersion } from "@spark/graph";
import { describe, expect, test } from "vitest";
import { auditLoop } from "./audit-loop.ts";
import { compareSorted, type Sorted } from "./compare-held-out.ts";
import type { Lesson, Told } from "./loop-event.ts";
import { loopGraph } from "./loop-graph.ts";
import { hidesWork, type Plant, readsPhrases, readsTwentyWords } from "./plants.ts";

/** `wrong` of 400 mails are sorted wrongly; times vary by a tenth. */
const sorted = (wrong: number, ms: number): readonly Sorted[] =>
  Array.from({ length: 400 }, (_, at) => ({ right: at >= wrong, failed: false, ms: ms + (at % 10) / 10 }));
const { spec } = graphVersion(loopGraph);
const plants = [hidesWork, readsPhrases, readsTwentyWords];
const toldOf = ({ proposal }: Plant, end: Pick<Told, "number" | "phase" | "status" | "reason">): Told => ({
  hypothesisId: `hyp_${end.number}`,
  hypothesisType: proposal.hypothesisType,
  rationale: proposal.rationale,
  changes: proposal.changes,
  ...end,
});
const told = [
  toldOf(hidesWork, { number: 1, phase: "validation", status: "stopped", reason: "protected" }),
  toldOf(readsPhrases, { number: 2, phase: "testing", status: "stopped", reason: "test failed" }),
  toldOf(readsTwentyWords, {
    number: 3,
    phase: "deployment",
    status: "not_deployed",
    reason: "rolled_back: more mails are left to people",
  }),
] as const;
const lessonOf = ({ hypothesisId, changes }: Told): Lesson => ({
  hypothesisId,
  changes,
  status: "test_failed",
  lessons: ["it is slow"],
});
const lessons = told.map(lessonOf);

const end = { told, plants, lessons, spec, comparison: compareSorted(sorted(40, 5), sorted(10, 5)) };
const audit = (changed: Partial<typeof end> = {}) => auditLoop({ ...end, ...changed }).map(({ ok }) => ok);

describe("what the loop has to have done", () => {
  test("is done where mails are sorted better, each planted proposal was stopped, and all is remembered", () => {
    expect(audit()).toEqual([true, true, true, true, true]);
  });

  test("is not done where nothing differs, nor where something is worse", () => {
    expect(audit({ comparison: compareSorted(sorted(40, 5), sorted(40, 5)) })[0]).toBe(false);
    expect(audit({ comparison: compareSorted(sorted(40, 5), sorted(60, 2)) })[0]).toBe(false);
  });

  test("is not done where a planted proposal was stopped later than it had to be, or nobody has looked at it", () => {
    const late: Told = { ...told[0], phase: "testing" };
    expect(audit({ told: [late, told[1], told[2]] as never })).toEqual([true, false, true, true, true]);
    const unknown = { told: [told[0], told[1]] as never, lessons: lessons.slice(0, 2) };
    expect(audit(unknown)).toEqual([true, true, true, false, true]);
  });

  test("counts what an earlier run has stopped, where the database was kept", () => {
    const [first, second, third] = lessons as [Lesson, Lesson, Lesson];
    const kept = [
      { ...first, status: "rejected" },
      { ...second, status: "test_failed" },
      { ...third, status: "rolled_back" },
    ];
    expect(audit({ told: [] as never, lessons: kept })).toEqual([true, true, true, true, true]);
    const deployed = [...kept.slice(0, 2), { ...third, status: "completed" }];
    expect(audit({ told: [] as never, lessons: deployed })).toEqual([true, true, true, false, true]);
  });

  test("is not done where a planted proposal was never deployed, is late, or serves", () => {
    const passedOver: Told = { ...told[2], reason: "hyp_9 was deployed first" };
    expect(audit({ told: [told[0], told[1], passedOver] as never })[3]).toBe(false);
    const serving = {
      ...spec,
      nodes: spec.nodes.map((node) =>
        node.id === "words" ? { ...node, config: { ...node.config, phraseWindow: 7 } } : node,
      ),
    };
    expect(audit({ spec: serving })).toEqual([true, true, false, true, true]);
  });

  test("is not done where the database has forgotten one, or knows no ending or no lesson of it", () => {
    const [first, second, third] = lessons as [Lesson, Lesson, Lesson];
    expect(audit({ lessons: [first, second] })[4]).toBe(false);
    expect(audit({ lessons: [first, second, { ...third, status: "test_running" }] })[4]).toBe(false);
    expect(audit({ lessons: [first, second, { ...third, lessons: [] }] })[4]).toBe(false);
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
