import { seededRandom } from "@spark/graph";
import { describe, expect, test } from "vitest";
import { countedRun } from "../testing/counted-runs.ts";
import { SampleRatio } from "./sample-ratio.ts";

/** A source of runs that all have ended, in order. */
class Feed {
  sequence = 0;
  readonly ratio = new SampleRatio({
    severity: "hold",
    checks: 30,
    from: 0,
    settledUpTo: () => this.sequence,
  });

  add(toCandidate: boolean, share: number, key?: string): void {
    const side = toCandidate ? "candidate" : "baseline";
    const sequence = this.sequence++;
    const run = countedRun({ side, share, sequence, ...(key === undefined ? {} : { key }) });
    this.ratio.count(run);
  }

  get breached(): boolean {
    return this.ratio.read()?.breached === true;
  }
}

describe("the sample ratio", () => {
  test("as planned is taken for another one in at most 1 of 1,000 rollouts, looked at 30 times", () => {
    const random = seededRandom(21);
    const rollouts = 4000;
    let wrong = 0;
    for (let rollout = 0; rollout < rollouts; rollout += 1) {
      const feed = new Feed();
      const share = [0.05, 0.1, 0.25, 0.5][rollout % 4] as number;
      for (let check = 0; check < 30 && !feed.breached; check += 1) {
        for (let run = 0; run < 20; run += 1) feed.add(random() < share, share);
        feed.ratio.closeCheck();
      }
      if (feed.breached) wrong += 1;
    }
    expect(wrong / rollouts).toBeLessThanOrEqual(0.001 + 3 * Math.sqrt(0.001 / rollouts));
  });

  test.each([
    ["too many", 0.2],
    ["too few", 0.03],
  ])("with %s runs of the candidate is shown, with the share planned and the share seen", (_, truth) => {
    const random = seededRandom(22);
    const feed = new Feed();
    for (let run = 0; run < 600; run += 1) feed.add(random() < truth, 0.1);
    const reading = feed.ratio.read();
    expect(reading).toMatchObject({ guard: "sample_ratio", severity: "hold", limit: 0.1, breached: true });
    expect(reading?.candidate.runs).toBe(600);
    expect(Math.abs((reading?.candidate.value ?? 0) - truth)).toBeLessThan(0.03);
  });

  test("adds up over the stages of a canary, and is silent at full traffic", () => {
    const random = seededRandom(23);
    const feed = new Feed();
    for (const share of [0.1, 0.25, 0.5]) {
      for (let run = 0; run < 250; run += 1) feed.add(random() < share + 0.1, share);
    }
    expect(feed.breached).toBe(true);
    feed.add(true, 1);
    expect(feed.ratio.read()).toBeUndefined();
  });

  test("is that of the stage that is on, though a run of an earlier one ends last", () => {
    const ratio = new SampleRatio({ severity: "hold", checks: 30, from: 0, settledUpTo: () => 3 });
    ratio.count(countedRun({ share: 0.1, sequence: 0 }));
    ratio.count(countedRun({ share: 0.5, sequence: 2 }));
    ratio.count(countedRun({ share: 0.1, sequence: 1 }));
    expect(ratio.read()).toMatchObject({ limit: 0.5, candidate: { runs: 1 } });
  });

  test("counts what waited for a run that is not counted itself, as soon as that has ended", () => {
    let settled = 0;
    const ratio = new SampleRatio({ severity: "hold", checks: 30, from: 0, settledUpTo: () => settled });
    ratio.count(countedRun({ sequence: 1 }));
    expect(ratio.read()).toMatchObject({ candidate: { runs: 0 } });
    settled = 2;
    expect(ratio.read()).toMatchObject({ candidate: { runs: 1 } });
  });

  test("counts a key once: the same few keys in every check are no news", () => {
    const feed = new Feed();
    for (let check = 0; check < 30; check += 1) {
      // By luck three of the ten keys are the candidate's at a share of a tenth.
      for (let key = 0; key < 10; key += 1) feed.add(key < 3, 0.1, `key-${key}`);
      feed.ratio.closeCheck();
    }
    expect(feed.ratio.read()).toMatchObject({ breached: false, candidate: { hits: 3, runs: 10 } });
  });

  test("waits for slow runs: a candidate that takes its time does not seem to get less", () => {
    let settled = 0;
    const ratio = new SampleRatio({ severity: "hold", checks: 30, from: 0, settledUpTo: () => settled });
    // Every second run is the candidate's and none of them has ended, so that all after the first one wait.
    for (let at = 1; at < 400; at += 2) ratio.count(countedRun({ side: "baseline", sequence: at }));
    expect(ratio.read()).toMatchObject({ breached: false, candidate: { runs: 0 } });
    for (let at = 0; at < 400; at += 2) {
      settled = at + 2;
      ratio.count(countedRun({ sequence: at }));
    }
    expect(ratio.read()).toMatchObject({ breached: false, candidate: { hits: 200, runs: 400 } });
  });
});
