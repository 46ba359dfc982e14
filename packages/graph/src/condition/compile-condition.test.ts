import { describe, expect, test } from "vitest";
import { isSparkError } from "../spark-error.ts";
import type { Condition } from "../spec.ts";
import { compileCondition } from "./compile-condition.ts";

const scope = {
  outputs: {
    score: 0.7,
    kind: "spam",
    text: "a and b",
    tags: ["new", "urgent"],
    users: [{ name: "Ann" }, { name: "Bob", age: 0 }],
    empty: {},
    none: null,
    "odd.key": 1,
    nested: { list: [1, { deep: [true] }] },
  },
  inputs: { limit: 0.5, n: "1" },
  state: { round: 3, allowed: ["spam", "ham"] },
};

function holds(condition: Condition, { ...changes } = {}): boolean {
  const compiled = compileCondition(condition);
  return compiled === undefined || compiled({ ...scope, ...changes });
}

describe("compileCondition", () => {
  test("gives nothing to call where the condition always holds", () => {
    expect(compileCondition(undefined)).toBeUndefined();
    expect(compileCondition({ kind: "always" })).toBeUndefined();
    expect(compileCondition("true")).toBeUndefined();
    expect(compileCondition({ kind: "expr", expr: "True" })).toBeUndefined();
    expect(compileCondition({ kind: "equals", equals: {} })).toBeUndefined();
  });

  test.each([
    "$.outputs.score > 0.5 and $.state.round == 3",
    "$.outputs.score > $.inputs.limit",
    "0.5 < $.outputs.score",
    "$.outputs.score >= 0.7 and $.outputs.score <= 0.7",
    "not $.outputs.score > 0.7",
    "$.outputs.missing or $.outputs.kind == 'spam'",
    "$.outputs.kind != 'ham'",
    "$.outputs.text == 'a and b'",
    "$.outputs.kind in ['ham', 'spam']",
    "$.outputs.kind in $.state.allowed",
    "$.outputs.kind not in ['ham']",
    "'urgent' in $.outputs.tags",
    "'pa' in $.outputs.kind",
    "'score' in $.outputs",
    "$.outputs.users[1].name == 'Bob'",
    '$.outputs.users.1.name == "Bob"',
    "$.outputs.tags == ['new', 'urgent']",
    "$.outputs.nested.list == $.outputs.nested.list",
    "[1] in [[1], [2]]",
    "$.outputs['odd.key'] == 1",
    "$.outputs.kind > 'ham'",
    "$.outputs.tags and $.outputs.users and $.outputs",
    "$.outputs.missing == null",
    "$.outputs.none == null",
    "$.outputs.missing.deeper.still == none",
    "$.outputs.tags[7] == null",
    "$.outputs.missing not in ['a']",
  ])("%s holds", (expression) => {
    expect(holds(expression)).toBe(true);
  });

  test.each([
    "false",
    "$.inputs.n == 1",
    "$.outputs.users.1.age == false",
    "$.outputs.missing > 0",
    "$.outputs.missing <= 0",
    "$.outputs.kind > 1",
    "$.outputs.score < '1'",
    "$.outputs.tags > ['a']",
    "1 in 'one'",
    "$.outputs.kind in null",
    "'constructor' in $.outputs",
    "$.outputs.constructor",
    "$.outputs.__proto__",
    "$.outputs.toString",
    "$.outputs.tags.length",
    "$.outputs.tags['01']",
    "$.outputs.kind.0",
    "$.outputs.users.1.age",
    "$.outputs.empty",
    "[]",
    "''",
    "$.outputs.tags == ['urgent', 'new']",
    "$.outputs.a or $.outputs.b and true",
    "($.outputs.kind or $.outputs.b) and $.outputs.b",
  ])("%s does not hold", (expression) => {
    expect(holds(expression)).toBe(false);
  });

  test("`equals` asks for all pairs, by name, by dotted path, and by deep equality", () => {
    expect(holds({ kind: "equals", equals: { kind: "spam", "users.0.name": "Ann" } })).toBe(true);
    expect(holds({ kind: "equals", equals: { kind: "spam", score: 0.8 } })).toBe(false);
    expect(holds({ kind: "equals", equals: { "odd.key": 1, nested: scope.outputs.nested } })).toBe(true);
    expect(holds({ kind: "equals", equals: { nested: { list: [1] } } })).toBe(false);
    expect(holds({ kind: "equals", equals: { missing: null } })).toBe(true);
    expect(holds({ kind: "equals", equals: { constructor: null } })).toBe(true);
  });

  test.each([undefined, null, "text", 7, [], new Map(), Object.create(null), Symbol("x"), () => 1])(
    "does not throw on the output %s",
    (outputs) => {
      expect(holds("$.outputs.a.b > 1 or $.outputs.0.x", { outputs })).toBe(false);
      expect(holds("$.outputs.a == null", { outputs })).toBe(true);
    },
  );

  test("outlives outputs that contain themselves or whose getters throw", () => {
    const loop = (): unknown => {
      const value: Record<string, unknown> = {};
      value["self"] = value;
      return value;
    };
    expect(holds("$.outputs.a == $.outputs.b", { outputs: { a: loop(), b: loop() } })).toBe(false);
    const trap = Object.defineProperty({}, "a", { enumerable: true, get: () => assertNever() });
    expect(holds("not $.outputs.a", { outputs: trap })).toBe(false);
  });

  test("refuses code of the Python project and says what to write instead", () => {
    for (const kind of ["lambda", "python"] as const) {
      expect(() => compileCondition({ kind })).toThrow(/expression/);
      try {
        compileCondition({ kind });
      } catch (error) {
        expect(isSparkError(error, "unsupported")).toBe(true);
      }
    }
  });

  test("finds a syntax error when compiling", () => {
    expect(() => compileCondition({ kind: "expr", expr: "$.outputs.a >" })).toThrow(/character 14/);
  });
});

function assertNever(): never {
  throw new Error("the getter was called");
}
