import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSparkError, type SparkError } from "../spark-error.ts";
import type { ComparisonOperator, Expression, Literal, PathRoot } from "./expression.ts";
import { parseExpression } from "./parse-expression.ts";
import { printExpression } from "./print-expression.ts";

const path = (root: PathRoot, ...keys: string[]): Expression => ({ kind: "path", root, keys });
const literal = (value: Literal): Expression => ({ kind: "literal", value });

describe("parseExpression", () => {
  test("binds `and` tighter than `or`, and `not` tighter than `and`", () => {
    expect(parseExpression("$.outputs.a or not $.outputs.b and $.outputs.c")).toEqual({
      kind: "or",
      operands: [
        path("outputs", "a"),
        { kind: "and", operands: [{ kind: "not", operand: path("outputs", "b") }, path("outputs", "c")] },
      ],
    });
  });

  test("lets parentheses override precedence", () => {
    expect(parseExpression("($.outputs.a or $.outputs.b) and $.outputs.c")).toMatchObject({ kind: "and" });
  });

  test("negates a whole comparison", () => {
    expect(parseExpression("not $.outputs.a == 1")).toMatchObject({
      kind: "not",
      operand: { kind: "compare", operator: "==" },
    });
  });

  test.each([
    ["$.outputs", path("outputs")],
    ["$.inputs.user.name", path("inputs", "user", "name")],
    ["$.state.items.0.id", path("state", "items", "0", "id")],
    ["$.state.items[0].id", path("state", "items", "0", "id")],
    ["$.outputs['odd key'][\"it's\"]", path("outputs", "odd key", "it's")],
    ["$.outputs.größe", path("outputs", "größe")],
    ["$.outputs.max-tokens", path("outputs", "max-tokens")],
    ["$.outputs.in.not.and", path("outputs", "in", "not", "and")],
    ["-1.5e-3", literal(-0.0015)],
    ["+2.", literal(2)],
    [".5", literal(0.5)],
    ["-0", literal(0)],
    ["'x and y == z'", literal("x and y == z")],
    [String.raw`'it\'s \"ok\" \\ \u00e9\n'`, literal('it\'s "ok" \\ é\n')],
    ["True", literal(true)],
    ["FALSE", literal(false)],
    ["None", literal(null)],
    ["null", literal(null)],
    ["[]", literal([])],
    ["[1, 'a', [true, null],]", literal([1, "a", [true, null]])],
  ])("reads %s", (text, expected) => {
    expect(parseExpression(text)).toEqual(expected);
  });

  test.each(["==", "!=", ">", ">=", "<", "<=", "in", "not in"] as ComparisonOperator[])(
    "reads the operator %s with and without space",
    (operator) => {
      const expected = { kind: "compare", operator, left: path("outputs", "a"), right: literal([1]) };
      expect(parseExpression(`$.outputs.a ${operator} [1]`)).toEqual(expected);
      expect(parseExpression(`\n $.outputs.a\t${operator}[1] `)).toEqual(expected);
    },
  );

  test.each([
    ["", 0, "empty"],
    ["  ", 0, "empty"],
    ["$.outputs.a > )", 14, "expected a value, got )"],
    ["score > 0.5", 0, "written $.outputs.score"],
    ["$.result.x", 0, "starts with $.outputs, $.inputs or $.state"],
    ["$.outputs.", 9, "expected .key"],
    ["$.outputs.a[-1]", 11, "[index]"],
    ["$.outputs['a'", 13, "expected ]"],
    ["1.2.3 == 1", 0, "malformed number"],
    ["1e999 == 1", 0, "too large"],
    ["$.outputs.a = 1", 12, "write =="],
    ["$.outputs.a === 1", 12, "write =="],
    ["$.outputs.a && true", 12, "write and"],
    ["!$.outputs.a", 0, "write not"],
    ["$.outputs.a == 'open", 15, "does not end"],
    [String.raw`'\d'`, 1, "unknown escape"],
    ["1 < 2 < 3", 6, "do not chain"],
    ["($.outputs.a", 12, "got the end"],
    ["[1, $.outputs.a]", 4, "got $.outputs.a"],
    ["[1 2]", 3, "expected , or ]"],
    ["$.outputs.a not 1", 12, "got not"],
    ["$.outputs.a 'b'", 12, "got 'b'"],
    ["$.outputs.a and", 15, "got the end"],
    ["%", 0, 'unexpected "%"'],
  ])("refuses %j at %i", (text, position, problem) => {
    const error = syntaxErrorOf(text);
    expect(error.details).toMatchObject({ expression: text, position });
    expect(error.message).toContain(problem);
  });

  test("points at the fault with a caret", () => {
    expect(syntaxErrorOf("$.outputs.a > )").message).toMatch(/\n {2}\$\.outputs\.a > \)\n {16}\^$/);
    const long = `${"$.outputs.key and ".repeat(20)}% or true`;
    const [, excerpt = "", caret = ""] = syntaxErrorOf(long).message.split("\n");
    expect(excerpt[caret.indexOf("^")]).toBe("%");
    expect(excerpt.length).toBeLessThan(110);
  });

  test("reads 2,000 characters and 100 levels, and refuses one more", () => {
    const padded = (length: number): string => "true".padEnd(length);
    expect(parseExpression(padded(2_000))).toEqual(literal(true));
    expect(syntaxErrorOf(padded(2_001)).message).toContain("at most 2000");
    const wrapped = (levels: number): string => "(".repeat(levels) + "1" + ")".repeat(levels);
    expect(parseExpression(wrapped(100))).toEqual(literal(1));
    expect(syntaxErrorOf(wrapped(101)).message).toContain("deeper than 100");
    expect(syntaxErrorOf("not ".repeat(101) + "1").message).toContain("deeper than 100");
    expect(syntaxErrorOf("[".repeat(1_999)).message).toContain("deeper than 100");
  });

  test("never fails in another way, whatever the text", () => {
    const shards = fc.constantFrom(
      "$.outputs",
      ".a",
      "[0]",
      "'",
      '"',
      "\\",
      "(",
      ")",
      "[",
      "]",
      "not ",
      "in ",
    );
    const rubble = fc.array(fc.oneof(shards, fc.string()), { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(rubble, (text) => {
        try {
          parseExpression(text);
        } catch (error) {
          expect(isSparkError(error, "invalid_condition")).toBe(true);
        }
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});

describe("printExpression", () => {
  test("writes a form that reads back as the same expression", () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        expect(parseExpression(printExpression(expression))).toEqual(expression);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test("keeps parentheses only where they matter", () => {
    const printed = (text: string): string => printExpression(parseExpression(text));
    expect(printed("(($.outputs.a)>(1)) AND (($.inputs[0]) or False)")).toBe(
      "$.outputs.a > 1 and ($.inputs[0] or false)",
    );
    expect(printed("not (not ('it\\'s' in [\"a\", None]))")).toBe(String.raw`not not 'it\'s' in ['a', null]`);
  });
});

function syntaxErrorOf(text: string): SparkError {
  try {
    parseExpression(text);
  } catch (error) {
    if (isSparkError(error, "invalid_condition")) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}

const numbers = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const { literals } = fc.letrec<{ literals: Literal }>((tie) => ({
  literals: fc.oneof(
    { maxDepth: 2 },
    fc.string({ unit: "binary", maxLength: 8 }),
    numbers,
    fc.constantFrom(true, false, null),
    fc.array(tie("literals"), { maxLength: 3 }),
  ),
}));
const keys = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.nat({ max: 12 }).map(String),
  fc.constantFrom("a", "or"),
);
const { expressions } = fc.letrec<{ expressions: Expression }>((tie) => ({
  expressions: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    literals.map(literal),
    fc
      .tuple(fc.constantFrom<PathRoot>("outputs", "inputs", "state"), fc.array(keys, { maxLength: 4 }))
      .map(([root, keys]) => path(root, ...keys)),
    fc.record({
      kind: fc.constant("compare" as const),
      operator: fc.constantFrom<ComparisonOperator>("==", "!=", ">", ">=", "<", "<=", "in", "not in"),
      left: tie("expressions"),
      right: tie("expressions"),
    }),
    fc.record({ kind: fc.constant("not" as const), operand: tie("expressions") }),
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      operands: fc.array(tie("expressions"), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));
