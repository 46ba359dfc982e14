import { isSparkError } from "@spark/graph";
import { expect, test } from "vitest";
import { reservedNames } from "./guard-rule.ts";
import { readUserGuards, type UserGuard } from "./user-guard.ts";

const fine: UserGuard = {
  name: "refusals",
  read: (run) => run.scores?.["refused"] === 1,
  direction: "higher_is_worse",
  margin: 0.5,
  severity: "rollback",
};

test("guards that fit come back as they are", () => {
  expect(readUserGuards([fine], reservedNames)).toEqual([fine]);
});

test("every fault of every guard is listed at once, with its place", () => {
  const wrong = {
    name: "cost",
    read: "tokens",
    direction: "up",
    margin: -1,
    severity: "panic",
    quantile: 1,
  } as unknown as UserGuard;
  try {
    readUserGuards([fine, fine, wrong], reservedNames);
    expect.unreachable();
  } catch (error) {
    expect(isSparkError(error, "invalid_config")).toBe(true);
    expect((error as { details?: unknown }).details).toEqual({
      faults: [
        'guards.1.name: expected one that no other guard has, got "refusals"',
        'guards.2.name: expected one that no other guard has, got "cost"',
        "guards.2.read: expected a function of a run, got string",
        'guards.2.direction: expected "higher_is_worse" or "lower_is_worse", got up',
        "guards.2.margin: expected a number from 0, got -1",
        'guards.2.severity: expected one of "rollback", "hold", "warn", got panic',
        "guards.2.quantile: expected above 0 and below 1, got 1",
      ],
    });
  }
});

test("a quantile of which less is worse cannot be allowed to fall by all of it", () => {
  const guard: UserGuard = {
    name: "score",
    read: () => 1,
    direction: "lower_is_worse",
    margin: 1,
    severity: "warn",
    quantile: 0.5,
  };
  expect(() => readUserGuards([guard], [])).toThrow(/leaves nothing to guard/);
  expect(readUserGuards([{ ...guard, margin: 0.99 }], [])).toHaveLength(1);
});
