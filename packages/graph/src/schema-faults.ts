import type { z } from "zod";
import type { PlacedFault, Place } from "./spec-fault.ts";

type Issue = z.core.$ZodIssue;

/** What a schema found wrong with a value that stands at `place`, one fault for each wrong part, in plain words. */
export function schemaFaults(error: z.ZodError, place: Place = []): readonly PlacedFault[] {
  return error.issues.flatMap((issue) => issueFaults(issue, place));
}

function issueFaults(issue: Issue, at: Place): readonly PlacedFault[] {
  const place = [...at, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => fault([...place, key], "unknown key"));
    case "invalid_union":
      return unionFaults(issue, place);
    default:
      return [fault(place, plainWords(issue.message))];
  }
}

/** Reports the alternative that went deepest, since that is the one that was meant. */
function unionFaults(issue: Extract<Issue, { code: "invalid_union" }>, place: Place): readonly PlacedFault[] {
  if (issue.errors.length === 0) {
    const options = (issue as { readonly options?: readonly unknown[] }).options ?? [];
    return [fault(place, `expected one of ${options.join(", ")}`)];
  }
  const meant = issue.errors.reduce((best, branch) => (depth(branch) > depth(best) ? branch : best));
  if (depth(meant) > 0) return meant.flatMap((inner) => issueFaults(inner, place));
  const expected = issue.errors.flatMap((branch) => branch.map(expectation)).filter((text) => text !== "");
  const what = expected.includes("record") ? "a JSON value" : expected.join(" or ");
  return [
    fault(place, `expected ${what}, got ${/received (.+)$/.exec(firstMessage(issue))?.[1] ?? "another"}`),
  ];
}

function depth(branch: readonly Issue[]): number {
  return Math.max(
    0,
    ...branch.map((issue) =>
      issue.code === "invalid_union"
        ? issue.path.length + Math.max(0, ...issue.errors.map(depth))
        : issue.path.length,
    ),
  );
}

function expectation(issue: Issue): string {
  return issue.code === "invalid_type" ? issue.expected : "";
}

function firstMessage(issue: Issue): string {
  const [first] = issue.code === "invalid_union" ? (issue.errors[0] ?? []) : [];
  return first ? firstMessage(first) : issue.message;
}

function plainWords(message: string): string {
  return message
    .replace(/^Invalid input: /, "")
    .replace(/received undefined$/, "got nothing")
    .replace(/received (?=\S+$)/, "got ")
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}

function fault(place: Place, message: string): PlacedFault {
  return { code: "invalid_value", place, message };
}
