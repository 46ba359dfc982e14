import { SparkError } from "@spark/graph";
import { Change } from "@spark/rsi-model";
import type { Refusal } from "./change-fault.ts";
import { valueAt } from "./json-edit.ts";
import { malformations } from "./malformation.ts";
import { valueText } from "./value-text.ts";

/** One change of a hypothesis as it came: what was read from it, or why it could not be read. */
export interface ReadChange {
  readonly changeType: string;
  readonly reading:
    | { readonly ok: true; readonly change: Change }
    | { readonly ok: false; readonly refusals: readonly Refusal[] };
}

/**
 * Reads the changes of a hypothesis one by one, so that a malformed one does not hide what is wrong with the
 * others. Throws `invalid_input` where there is no list of changes.
 */
export function readChanges(hypothesis: unknown): readonly ReadChange[] {
  const changes = valueAt(hypothesis, ["changes"]);
  if (Array.isArray(changes)) return changes.map(readChange);
  throw new SparkError(
    "invalid_input",
    `Expected a hypothesis with a list of changes, found ${valueText(hypothesis)}; pass an ImprovementHypothesis.`,
  );
}

function readChange(input: unknown): ReadChange {
  const type = valueAt(input, ["type"]);
  const changeType = typeof type === "string" ? type : "change";
  const hazard = hazardIn(input);
  if (hazard !== undefined) return { changeType, reading: { ok: false, refusals: [hazard] } };
  const parsed = Change.safeParse(input);
  return parsed.success
    ? { changeType, reading: { ok: true, change: parsed.data } }
    : { changeType, reading: { ok: false, refusals: malformations(parsed.error, input) } };
}

const deepest = 200;

/** What must be refused before a schema sees it: a schema drops `__proto__` silently, and follows any depth. */
function hazardIn(value: unknown, depth = 0): Refusal | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const target = "its data";
  if (depth > deepest) {
    const expected = `at most ${deepest} levels of nesting`;
    return { target, expected, found: "more, or a value that contains itself", fix: "make it flatter" };
  }
  if (Object.hasOwn(value, "__proto__")) {
    return { target, expected: "keys of plain data", found: "the key __proto__", fix: "rename that key" };
  }
  for (const part of Object.values(value)) {
    const hazard = hazardIn(part, depth + 1);
    if (hazard !== undefined) return hazard;
  }
  return undefined;
}
