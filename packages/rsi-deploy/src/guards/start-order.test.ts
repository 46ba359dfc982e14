import type { RunRecord } from "@spark/graph";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CountedRun } from "./counted-run.ts";
import { StartOrder } from "./start-order.ts";

const run = (sequence: number): CountedRun => ({
  record: { sequence } as RunRecord,
  side: "candidate",
  share: 0.5,
});

/** Lets runs 0, 1, 2 … end in the given order; gives what was handed on, and which of it had waited. */
function handedOn(ends: readonly number[]): readonly { sequence: number; waited: boolean }[] {
  const handed: { sequence: number; waited: boolean }[] = [];
  const underWay = new Set(ends);
  const settledUpTo = (): number => Math.min(ends.length, ...underWay);
  const order = new StartOrder({ from: 0, settledUpTo }, ({ record }, waited) =>
    handed.push({ sequence: record.sequence, waited }),
  );
  for (const sequence of ends) {
    underWay.delete(sequence);
    order.add(run(sequence));
  }
  return handed;
}

describe("the order of starts", () => {
  test("hands on at once what has nothing to wait for", () => {
    expect(handedOn([0, 1])).toEqual([
      { sequence: 0, waited: false },
      { sequence: 1, waited: false },
    ]);
  });

  test("hands on the run that the others waited for, and then them", () => {
    expect(handedOn([1, 3, 0, 2])).toEqual([
      { sequence: 0, waited: false },
      { sequence: 1, waited: true },
      { sequence: 2, waited: false },
      { sequence: 3, waited: true },
    ]);
  });

  test("hands on every run once, in the order of starts, whatever the order of ends", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(40).keys()], { minLength: 40 }), (ends) => {
        expect(handedOn(ends).map(({ sequence }) => sequence)).toEqual([...Array(40).keys()]);
      }),
      { seed: 1 },
    );
  });
});
