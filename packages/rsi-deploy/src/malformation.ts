import type { z } from "zod";
import type { Refusal } from "./change-fault.ts";
import { printConfigPath } from "./config-path.ts";
import { valueAt } from "./json-edit.ts";
import { nameText, valueText } from "./value-text.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** What is wrong with an input, as near to the fault as the schema allows. */
interface Malformation {
  readonly path: Path;
  readonly expected: string;
  readonly found: string;
}

/** What a schema found wrong with an input, in the words of a refusal. */
export function malformations(error: z.ZodError, input: unknown): readonly Refusal[] {
  return error.issues
    .flatMap((issue) => locate(issue, [], input))
    .map(({ path, expected, found }) => ({
      target: path.length === 0 ? "the change as a whole" : `its field ${nameText(printConfigPath(path))}`,
      expected,
      found,
      fix: "correct the hypothesis",
    }));
}

/** The same as lines; where the schema's own words say what was expected and what came, those. */
export function faultTexts(error: z.ZodError, input: unknown): readonly string[] {
  const line = (path: Path, said: string): string => `${path.join(".") || "inputs"}: ${said}`;
  return error.issues.flatMap((issue) =>
    issue.code === "invalid_union"
      ? locate(issue, [], input).map(({ path, expected, found }) =>
          line(path, `expected ${expected}, got ${found}`),
        )
      : [line(issue.path as Path, issue.message)],
  );
}

function locate(issue: Issue, within: Path, input: unknown): readonly Malformation[] {
  const path = [...within, ...(issue.path as Path)];
  if (issue.code === "invalid_union") {
    const nearest = nearestAlternative(issue.errors);
    if (nearest !== undefined) return nearest.flatMap((inner) => locate(inner, path, input));
  }
  const found =
    issue.code === "unrecognized_keys"
      ? issue.keys.map(nameText).join(", ")
      : valueText(valueAt(input, path));
  return [{ path, expected: expectation(issue), found }];
}

/** The alternative the input comes closest to: whose first fault lies deeper than the input itself. */
function nearestAlternative(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return alternatives.find((issues) => issues.every(({ path }) => path.length > 0));
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected;
    case "unrecognized_keys":
      return "known keys only";
    case "invalid_union":
      return "options" in issue && Array.isArray(issue.options)
        ? issue.options.join(", ")
        : [...new Set(issue.errors.flatMap((issues) => issues.map(expectation)))].join(", ");
    default:
      return issue.message;
  }
}
