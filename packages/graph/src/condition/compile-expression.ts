import { jsonEqual } from "../json-equal.ts";
import type { ComparisonOperator, Expression } from "./expression.ts";
import { type ConditionScope, pathReader, type ScopeReader } from "./path-reader.ts";

/** Decides one condition. */
export type ScopeTest = (scope: ConditionScope) => boolean;

type Comparison = (left: unknown, right: unknown) => boolean;

const comparisons: Readonly<Record<ComparisonOperator, Comparison>> = {
  "==": jsonEqual,
  "!=": (left, right) => !jsonEqual(left, right),
  ">": (left, right) => comparable(left, right) && (left as number) > (right as number),
  ">=": (left, right) => comparable(left, right) && (left as number) >= (right as number),
  "<": (left, right) => comparable(left, right) && (left as number) < (right as number),
  "<=": (left, right) => comparable(left, right) && (left as number) <= (right as number),
  in: contains,
  "not in": (left, right) => !contains(left, right),
};

/** The same orders against a number that is known beforehand, which is how loops count. */
const orders: Readonly<Partial<Record<ComparisonOperator, (read: ScopeReader, limit: number) => ScopeTest>>> =
  {
    ">": (read, limit) => (scope) => {
      const value = read(scope);
      return typeof value === "number" && value > limit;
    },
    ">=": (read, limit) => (scope) => {
      const value = read(scope);
      return typeof value === "number" && value >= limit;
    },
    "<": (read, limit) => (scope) => {
      const value = read(scope);
      return typeof value === "number" && value < limit;
    },
    "<=": (read, limit) => (scope) => {
      const value = read(scope);
      return typeof value === "number" && value <= limit;
    },
  };

/**
 * Turns a parsed expression into one function, by way of closures.
 *
 * - `==`, `!=`: the same JSON value, without conversion (`1 == '1'` and `1 == true` are false)
 * - `<`, `<=`, `>`, `>=`: between two numbers or two texts (by UTF-16 code unit), otherwise false
 * - `a in b`: an item of a list, a part of a text, a field of an object; `not in` is its opposite
 * - `and`, `or`, `not`, and an operand on its own: false, null, 0, NaN, empty text, an empty list and an empty
 *   object count as false, all else as true
 * - a path that leads nowhere is null
 */
export function compileExpression(expression: Expression): ScopeTest {
  switch (expression.kind) {
    case "literal": {
      const verdict = isTruthy(expression.value);
      return () => verdict;
    }
    case "path": {
      const read = compileValue(expression);
      return (scope) => isTruthy(read(scope));
    }
    case "compare":
      return compileComparison(expression.operator, expression.left, expression.right);
    case "not": {
      const test = compileExpression(expression.operand);
      return (scope) => !test(scope);
    }
    case "and":
      return expression.operands.map(compileExpression).reduceRight((rest, test) => (scope) => {
        return test(scope) && rest(scope);
      });
    case "or":
      return expression.operands.map(compileExpression).reduceRight((rest, test) => (scope) => {
        return test(scope) || rest(scope);
      });
  }
}

/** Whether a value counts as true where a condition is asked for; see {@link compileExpression}. */
export function isTruthy(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

function compileValue(expression: Expression): ScopeReader {
  if (expression.kind === "path") return pathReader(expression.root, expression.keys);
  if (expression.kind !== "literal") return compileExpression(expression);
  const { value } = expression;
  return () => value;
}

function compileComparison(operator: ComparisonOperator, left: Expression, right: Expression): ScopeTest {
  const compare = comparisons[operator];
  const readLeft = compileValue(left);
  if (right.kind === "literal") {
    const { value } = right;
    const order = orders[operator];
    if (order !== undefined && typeof value === "number") return order(readLeft, value);
    return (scope) => compare(readLeft(scope), value);
  }
  const readRight = compileValue(right);
  return (scope) => compare(readLeft(scope), readRight(scope));
}

function comparable(left: unknown, right: unknown): boolean {
  return (
    (typeof left === "number" && typeof right === "number") ||
    (typeof left === "string" && typeof right === "string")
  );
}

function contains(item: unknown, container: unknown): boolean {
  if (typeof container === "string") return typeof item === "string" && container.includes(item);
  if (typeof container !== "object" || container === null) return false;
  if (!Array.isArray(container)) return typeof item === "string" && Object.hasOwn(container, item);
  for (const candidate of container) if (jsonEqual(candidate, item)) return true;
  return false;
}
