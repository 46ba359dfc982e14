import type { z } from "zod";
import type { Refusal } from "./change-fault.ts";
import { printConfigPath } from "./config-path.ts";
import { valueAt } from "./json-edit.ts";
import { nameText, valueText } from "./value-text.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** What a schema found wrong with an input, in the words of a refusal. */
export function malformations(error: z.ZodError, input: unknown): readonly Refusal[] {
  return error.issues.flatMap((issue) => describe(issue, [], input));
}

function describe(issue: Issue, within: Path, input: unknown): readonly Refusal[] {
  const path = [...within, ...(issue.path as Path)];
  if (issue.code === "invalid_union") {
    const nearest = nearestAlternative(issue.errors);
    if (nearest !== undefined) return nearest.flatMap((inner) => describe(inner, path, input));
  }
  return [
    {
      target: path.length === 0 ? "the change as a whole" : `its field ${nameText(printConfigPath(path))}`,
      expected: expectation(issue),
      found:
        issue.code === "unrecognized_keys"
          ? issue.keys.map(nameText).join(", ")
          : valueText(valueAt(input, path)),
      fix: "correct the hypothesis",
    },
  ];
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
