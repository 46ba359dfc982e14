/** What a path of an expression starts at. */
export type PathRoot = "outputs" | "inputs" | "state";

/** How two values are compared. */
export type ComparisonOperator = "==" | "!=" | ">" | ">=" | "<" | "<=" | "in" | "not in";

/** A value written out in an expression. */
export type Literal = string | number | boolean | null | readonly Literal[];

/**
 * A parsed condition expression.
 *
 * - `literal`: a number, text, boolean, null, or a list of such
 * - `path`: a value of the run, `keys` deep in `root`; a key of digits is an index where it meets a list
 * - `compare`: two operands, never chained
 * - `not`, `and`, `or`: `and` and `or` hold two operands or more; one written in parentheses stays nested
 */
export type Expression =
  | { readonly kind: "literal"; readonly value: Literal }
  | { readonly kind: "path"; readonly root: PathRoot; readonly keys: readonly string[] }
  | {
      readonly kind: "compare";
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "and" | "or"; readonly operands: readonly Expression[] };
