import { jsonEqual } from "../json-equal.ts";
import type { JsonObject } from "../json.ts";
import { SparkError } from "../spark-error.ts";
import type { Condition } from "../spec.ts";
import { compileExpression, isTruthy, type ScopeTest } from "./compile-expression.ts";
import { parseExpression } from "./parse-expression.ts";
import { keysReader } from "./path-reader.ts";

/** A condition ready to be asked; undefined where it always holds, so that nothing needs to be called. */
export type CompiledCondition = ScopeTest | undefined;

/**
 * Compiles a condition once, to be asked many times without throwing and without allocating. How an expression
 * decides is told at {@link compileExpression}; a value whose own getter throws makes the condition false.
 *
 * `equals` holds when each of its pairs is the same JSON value as the output's field of that name, or, where
 * the output has no such field, as what the name as a dotted path (`user.tags.0`) leads to.
 *
 * @throws SparkError `invalid_condition` for text that is no expression, `unsupported` for `lambda` and `python`.
 */
export function compileCondition(condition: Condition | undefined): CompiledCondition {
  if (condition === undefined) return undefined;
  if (typeof condition === "string") return compileText(condition);
  switch (condition.kind) {
    case "always":
      return undefined;
    case "expr":
      return compileText(condition.expr);
    case "equals":
      return compileEquals(condition.equals);
    case "lambda":
    case "python":
      throw new SparkError(
        "unsupported",
        `A condition of kind "${condition.kind}" is code of the Python project and cannot run here. ` +
          `Write it as an expression, such as { kind: "expr", expr: "$.outputs.score > 0.5" }.`,
        { details: { condition } },
      );
  }
}

function compileText(text: string): CompiledCondition {
  const expression = parseExpression(text);
  if (expression.kind === "literal" && isTruthy(expression.value)) return undefined;
  return guarded(compileExpression(expression));
}

function compileEquals(pairs: JsonObject): CompiledCondition {
  const tests = Object.entries(pairs).map(([name, expected]): ScopeTest => {
    const readName = keysReader([name]);
    const readPath = keysReader(name.split("."));
    return ({ outputs }) => jsonEqual(readName(outputs) ?? readPath(outputs), expected);
  });
  if (tests.length === 0) return undefined;
  return guarded(tests.reduceRight((rest, test) => (scope) => test(scope) && rest(scope)));
}

/** Getters and proxies among a node's outputs are the only things left that can throw. */
function guarded(test: ScopeTest): ScopeTest {
  return (scope) => {
    try {
      return test(scope);
    } catch {
      return false;
    }
  };
}
