import type { RunRecord } from "@spark/graph";
import { describe, expect, test } from "vitest";
import type { CountedRun } from "./counted-run.ts";
import { Streak } from "./streak.ts";

function run(
  side: CountedRun["side"],
  ok: boolean,
  { share = 0.1, key }: { share?: number; key?: string } = {},
) {
  return { record: { ok, ...(key === undefined ? {} : { key }) } as RunRecord, side, share };
}

const alongside = { limit: 5, alongside: { ratio: 1.5, risk: 0.005 } };

/** Failures of the candidate, with so many successes of the baseline after each. */
function row(streak: Streak, failures: number, successes: number): boolean {
  for (let at = 0; at < failures; at += 1) {
    streak.add(run("candidate", false));
    for (let i = 0; i < successes; i += 1) streak.add(run("baseline", true));
  }
  return streak.tripped;
}

describe("the fuse", () => {
  test("trips at one failure more than its limit where there is no baseline beside it", () => {
    const streak = new Streak({ limit: 5 });
    for (let at = 0; at < 5; at += 1) streak.add(run("candidate", false, { share: 1 }));
    expect(streak.tripped).toBe(false);
    streak.add(run("candidate", false, { share: 1 }));
    expect(streak.tripped).toBe(true);
    streak.add(run("candidate", true, { share: 1 }));
    expect(streak).toMatchObject({ tripped: false, length: 0 });
  });

  test("does not ask the baseline where it was not told to", () => {
    const streak = new Streak({ limit: 5 });
    for (let at = 0; at < 6; at += 1) {
      streak.add(run("candidate", false));
      streak.add(run("baseline", false));
    }
    expect(streak.tripped).toBe(true);
  });

  test("trips within ten failures while the baseline beside it does well", () => {
    expect(row(new Streak(alongside), 6, 9)).toBe(false);
    expect(row(new Streak(alongside), 7, 9)).toBe(true);
  });

  test("does not trip in an outage that leaves the baseline a few lucky runs", () => {
    const streak = new Streak(alongside);
    row(streak, 3, 1);
    expect(row(streak, 1000, 0)).toBe(false);
  });

  test("starts anew when the baseline fails too", () => {
    const streak = new Streak(alongside);
    row(streak, 6, 9);
    streak.add(run("baseline", false));
    expect(streak.length).toBe(0);
  });

  test("counts a key once on either side", () => {
    const streak = new Streak(alongside);
    for (let at = 0; at < 100; at += 1) {
      streak.add(run("candidate", false, { key: "a" }));
      streak.add(run("baseline", true, { key: "b" }));
    }
    expect(streak).toMatchObject({ length: 1, tripped: false });
  });

  test("speaks for itself again in a stage that leaves no baseline alongside", () => {
    const streak = new Streak(alongside);
    for (let at = 0; at < 6; at += 1) streak.add(run("candidate", false, { share: 1 }));
    expect(streak.tripped).toBe(true);
  });
});
