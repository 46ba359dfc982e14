import type { Expression, Literal } from "./expression.ts";

/** How tightly an expression binds; an operand that binds less tightly than its place needs parentheses. */
const tightness = { or: 1, and: 2, not: 3, compare: 4, path: 5, literal: 5 } as const;

const plainKey = /^[\p{L}_][\p{L}\p{N}_-]*$/u;
const indexKey = /^\d+$/;

/** The expression as text in one normal form: `parseExpression(printExpression(e))` gives `e` again. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "literal":
      return printLiteral(expression.value);
    case "path":
      return `$.${expression.root}${expression.keys.map(printKey).join("")}`;
    case "compare":
      return `${printOperand(expression.left, 5)} ${expression.operator} ${printOperand(expression.right, 5)}`;
    case "not":
      return `not ${printOperand(expression.operand, tightness.not)}`;
    case "and":
    case "or":
      return expression.operands
        .map((operand) => printOperand(operand, tightness[expression.kind] + 1))
        .join(` ${expression.kind} `);
  }
}

function printOperand(operand: Expression, least: number): string {
  const text = printExpression(operand);
  return tightness[operand.kind] < least ? `(${text})` : text;
}

function printLiteral(value: Literal): string {
  if (typeof value === "string") return printText(value);
  if (typeof value === "object" && value !== null) return `[${value.map(printLiteral).join(", ")}]`;
  return String(value);
}

function printKey(key: string): string {
  if (plainKey.test(key)) return `.${key}`;
  return indexKey.test(key) ? `[${key}]` : `[${printText(key)}]`;
}

/** JSON's escapes, in single quotes. */
function printText(text: string): string {
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`;
}
