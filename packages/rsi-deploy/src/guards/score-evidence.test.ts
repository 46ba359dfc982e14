import { requiredLogEvidence } from "@spark/evidence";
import { seededRandom } from "@spark/graph";
import { describe, expect, test } from "vitest";
import { ScoreEvidence } from "./score-evidence.ts";

const required = requiredLogEvidence(0.05);

/** Settles scores check by check; gives how many it took to show that the mean is below the floor. */
function runsToShow(
  scores: readonly number[],
  options: { floor: number; perCheck: number },
): number | undefined {
  const { floor, perCheck } = options;
  const evidence = new ScoreEvidence({ floor, checks: Math.ceil(scores.length / perCheck) });
  for (const [at, score] of scores.entries()) {
    evidence.settle(score, false);
    if (evidence.log(0) >= required) return at + 1;
    if ((at + 1) % perCheck === 0) evidence.closeCheck();
  }
  return undefined;
}

describe("evidence on a mean score", () => {
  test("is wrong in at most 5 % of 1,000 rollouts exactly at the floor, looked at after each of 600 scores", () => {
    const random = seededRandom(11);
    const wrong = Array.from({ length: 1000 }, () =>
      runsToShow(
        // A two-point distribution with mean 0.8 is the widest, and so the hardest.
        Array.from({ length: 600 }, () => (random() < 0.8 ? 1 : 0)),
        { floor: 0.8, perCheck: 50 },
      ),
    ).filter((at) => at !== undefined).length;
    expect(wrong / 1000).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 1000));
  });

  test("finds a mean of 0.6 under a floor of 0.8 within 100 scores, and a late fall too", () => {
    const random = seededRandom(12);
    const low = (): number => 0.4 + 0.4 * random();
    const high = (): number => 0.8 + 0.2 * random();
    expect(runsToShow(Array.from({ length: 200 }, low), { floor: 0.8, perCheck: 20 })).toBeLessThan(100);
    const late = [...Array.from({ length: 500 }, high), ...Array.from({ length: 200 }, low)];
    expect(runsToShow(late, { floor: 0.8, perCheck: 20 })).toBeLessThan(600);
  });

  test("is the same whether scores came one by one or waited for earlier runs", () => {
    const scores = [0.1, 0.9, 0.4, 0.3];
    const [direct, waited] = [0, 1].map(() => new ScoreEvidence({ floor: 0.8, checks: 3 }));
    for (const score of scores) direct?.settle(score, false);
    for (const score of scores) waited?.addAhead(score);
    for (const score of scores) waited?.settle(score, true);
    expect(waited?.log(0)).toBeCloseTo(direct?.log(0) ?? Number.NaN, 12);
    expect(waited?.toJSON()).toEqual(direct?.toJSON());
  });

  test("takes each run still under way for perfect", () => {
    const evidence = new ScoreEvidence({ floor: 0.8, checks: 3 });
    for (let at = 0; at < 20; at += 1) evidence.addAhead(0.1);
    const [none, three] = [evidence.log(0), evidence.log(3)];
    for (let at = 0; at < 3; at += 1) evidence.addAhead(1);
    expect(three).toBeLessThan(none);
    expect(evidence.log(0)).toBeCloseTo(three, 12);
  });

  test("goes on from what it had counted", () => {
    const first = new ScoreEvidence({ floor: 0.8, checks: 4 });
    for (const score of [0.1, 0.2]) first.settle(score, false);
    first.closeCheck();
    first.settle(0.3, false);
    const second = new ScoreEvidence({ floor: 0.8, checks: 4 });
    second.restore(JSON.parse(JSON.stringify(first)));
    expect(second.log(0)).toBe(first.log(0));
  });
});
