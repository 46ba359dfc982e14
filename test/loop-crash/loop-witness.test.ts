import type { StoreChange } from "@spark/experience-db";
import { remember, type Experience } from "@spark/rsi-model";
import { exampleHypothesis } from "@spark/rsi-model/testing";
import { describe, expect, test } from "vitest";
import { endingFaults } from "./ending-faults.ts";
import type { LoopMessage } from "./loop-message.ts";
import { LoopWitness } from "./loop-witness.ts";

const hypothesis = exampleHypothesis({ hypothesisId: "hyp_1", rationale: "worse" });
const proposed = remember(hypothesis, { at: 0 });
const failed: Experience = {
  ...proposed,
  status: "test_failed",
  lessons: ["it is worse"],
  outcome: { status: "rejected", successful: false, rolledBack: false, failureReason: "test failed" },
};
const stored: StoreChange = { type: "hypothesis_stored", at: 0, hypothesis };

const kept = (experiences: readonly Experience[], changes = 100): LoopMessage => ({
  type: "kept",
  verification: { ok: true, from: 0, changes } as never,
  torn: false,
  experiences,
  logs: {},
  open: [],
});
const written = (...changes: readonly StoreChange[]): LoopMessage => ({ type: "written", changes });

function faultsOf(...lives: readonly (readonly LoopMessage[])[]): readonly string[] {
  const witness = new LoopWitness();
  for (const messages of lives) witness.hear({ messages, end: "killed", errors: "" });
  witness.judge();
  return witness.faults;
}

describe("the witness of a loop", () => {
  test("is content with what is kept, ended, and not tried again", () => {
    expect(faultsOf([kept([], 0), written(stored)], [kept([failed], 1)])).toEqual([]);
  });

  test("notices what is forgotten, lost, or open again", () => {
    expect(faultsOf([written(stored)], [kept([])])).toEqual(["hyp_1 was stored and is forgotten"]);
    expect(faultsOf([written(stored, stored)], [kept([failed], 1)])[0]).toMatch(
      /2 changes were acknowledged, 1/,
    );
    expect(faultsOf([kept([failed])], [kept([proposed])])[0]).toMatch(
      /had ended as test_failed and is proposed/,
    );
  });

  test("notices what is tried again after it has failed, and what is left without an ending", () => {
    const again = { ...hypothesis, hypothesisId: "hyp_2" };
    expect(
      faultsOf([kept([failed]), written({ type: "hypothesis_stored", at: 1, hypothesis: again })]),
    ).toEqual([expect.stringMatching(/^hyp_2 \(worse\) was tried again/)]);
    expect(faultsOf([kept([proposed])])).toEqual([expect.stringMatching(/was left without an ending/)]);
  });

  test("notices who serves against the record or against the plan, and a station that broke", () => {
    const ended = {
      type: "cycle_ended",
      success: true,
      plan: { kind: "all", version: "v1" },
      served: ["v1"],
      activeVersion: "v1",
    } as const;
    expect(faultsOf([ended])).toEqual([]);
    expect(faultsOf([{ ...ended, activeVersion: "v2" }])).toEqual([
      "the record says that v2 serves, and v1 does",
    ]);
    expect(faultsOf([{ ...ended, served: ["v1", "v2"] }])[0]).toMatch(/^v1, v2 served while/);
    expect(faultsOf([{ ...ended, success: false, reason: "no disk" }])).toEqual(["a station broke: no disk"]);
  });
});

test("an ending must be one of its kind, with its reason and its lesson", () => {
  expect(endingFaults({ ...failed, lessons: [] })).toEqual([expect.stringMatching(/has taught nothing/)]);
  expect(endingFaults({ ...failed, status: "completed" })[0]).toMatch(/must not end so/);
  const { outcome: _none, ...silent } = failed;
  expect(endingFaults(silent)).toEqual([expect.stringMatching(/does not say why/)]);
});
