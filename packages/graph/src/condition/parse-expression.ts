import type { ComparisonOperator, Expression, Literal } from "./expression.ts";
import { syntaxError } from "./syntax-error.ts";
import { type Sign, type Token, tokenize } from "./tokenizer.ts";

/** The longest expression that is read, in UTF-16 code units. */
const maxLength = 2_000;

/** How deep parentheses, lists and `not` may be nested. */
const maxDepth = 100;

const comparisons = new Set<string>(["==", "!=", ">", ">=", "<", "<=", "in"]);

/**
 * Reads a condition expression.
 *
 * ```text
 * or         := and ("or" and)*
 * and        := not ("and" not)*
 * not        := "not" not | comparison
 * comparison := operand (("==" | "!=" | ">" | ">=" | "<" | "<=" | "in" | "not" "in") operand)?
 * operand    := literal | path | "(" or ")"
 * literal    := number | 'text' | "text" | true | false | null | none | "[" (literal ("," literal)* ","?)? "]"
 * path       := ("$.outputs" | "$.inputs" | "$.state") (".key" | ".0" | "[0]" | "['any key']")*
 * ```
 *
 * Words are read in any case, so `True` and `None` are literals. Comparisons do not chain. At most 2,000
 * characters and 100 levels of nesting.
 *
 * @throws SparkError `invalid_condition` with the position (`details.position`, from 0) and a caret under it.
 */
export function parseExpression(text: string): Expression {
  if (text.length > maxLength) {
    throw syntaxError(text, maxLength, `${text.length} characters, at most ${maxLength} are read`);
  }
  if (text.trim() === "") {
    throw syntaxError(text, 0, "it is empty; leave the condition out where the edge is always taken");
  }
  const tokens = tokenize(text);
  let index = 0;
  let depth = 0;

  const current = (): Token => tokens[index] as Token;

  const isSign = (sign: Sign, ahead = 0): boolean => {
    const token = tokens[index + ahead];
    return token?.kind === "sign" && token.sign === sign;
  };

  const take = (sign: Sign): boolean => {
    if (!isSign(sign)) return false;
    index += 1;
    return true;
  };

  const fail = (expected: string): never => {
    const { at } = current();
    throw syntaxError(text, at, `expected ${expected}, got ${shown(text, current(), tokens[index + 1])}`);
  };

  const nested = <Result>(read: () => Result): Result => {
    depth += 1;
    if (depth > maxDepth) throw syntaxError(text, current().at, `nested deeper than ${maxDepth} levels`);
    const result = read();
    depth -= 1;
    return result;
  };

  const chain = (kind: "and" | "or", operand: () => Expression): Expression => {
    const operands = [operand()];
    while (take(kind)) operands.push(operand());
    return operands.length === 1 ? (operands[0] as Expression) : { kind, operands };
  };

  const readOr = (): Expression => chain("or", readAnd);

  const readAnd = (): Expression => chain("and", readNot);

  const readNot = (): Expression =>
    take("not") ? { kind: "not", operand: nested(readNot) } : readComparison();

  const readOperator = (): ComparisonOperator | undefined => {
    if (isSign("not") && isSign("in", 1)) {
      index += 2;
      return "not in";
    }
    const token = current();
    if (token.kind !== "sign" || !comparisons.has(token.sign)) return undefined;
    index += 1;
    return token.sign as ComparisonOperator;
  };

  const readComparison = (): Expression => {
    const left = readOperand();
    const operator = readOperator();
    if (!operator) return left;
    const right = readOperand();
    const { at } = current();
    if (readOperator()) throw syntaxError(text, at, "comparisons do not chain; join them with and");
    return { kind: "compare", operator, left, right };
  };

  const readOperand = (): Expression => {
    const token = current();
    if (token.kind === "path") {
      index += 1;
      return { kind: "path", root: token.root, keys: token.keys };
    }
    if (take("(")) {
      const inner = nested(readOr);
      if (!take(")")) fail(") or an operator");
      return inner;
    }
    return { kind: "literal", value: readLiteral("a value") };
  };

  const readLiteral = (expected: string): Literal => {
    const token = current();
    if (token.kind === "literal") {
      index += 1;
      return token.value;
    }
    if (take("true")) return true;
    if (take("false")) return false;
    if (take("null") || take("none")) return null;
    if (take("[")) return nested(readItems);
    return fail(expected);
  };

  const readItems = (): Literal => {
    const items: Literal[] = [];
    while (!take("]")) {
      items.push(readLiteral("a number, text, true, false, null or a list"));
      if (!take(",") && !isSign("]")) fail(", or ]");
    }
    return items;
  };

  const expression = readOr();
  if (current().kind !== "end") fail("and, or, a comparison or the end");
  return expression;
}

function shown(text: string, token: Token, following: Token | undefined): string {
  return token.kind === "end" ? "the end" : text.slice(token.at, following?.at).trim();
}
