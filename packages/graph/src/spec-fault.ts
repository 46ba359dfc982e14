import { SparkError } from "./spark-error.ts";

/** What is wrong, or worth knowing, about a spec. */
export type SpecFaultCode =
  | "invalid_value"
  | "missing_start"
  | "duplicate_node_id"
  | "duplicate_edge_id"
  | "dangling_edge"
  | "ambiguous_join"
  | "unreachable_node"
  | "cycle";

/** One finding about a spec or a document, with the place it is at (`nodes[3].id`). */
export interface SpecFault {
  readonly code: SpecFaultCode;
  readonly path: string;
  readonly message: string;
}

/** Keys and indices from the root to a place. */
export type Place = readonly (string | number)[];

/** A {@link SpecFault} before its place is written out. */
export interface PlacedFault {
  readonly code: SpecFaultCode;
  readonly place: Place;
  readonly message: string;
}

const plainKey = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** The fault with its place as text. */
export function writtenFault({ code, place, message }: PlacedFault): SpecFault {
  const path = place.map((step, index) => {
    if (typeof step === "number") return `[${step}]`;
    if (!plainKey.test(step)) return `[${JSON.stringify(step)}]`;
    return index === 0 ? step : `.${step}`;
  });
  return { code, path: path.join(""), message };
}

/** How many faults the message of an error shows; `details.faults` has them all. */
const shownFaults = 20;

/** The error for a spec that cannot be accepted; `details.faults` lists every {@link SpecFault}. */
export function invalidSpec(what: string, faults: readonly SpecFault[]): SparkError {
  const lines = faults
    .slice(0, shownFaults)
    .map(({ path, message }) => `\n  ${path || "(root)"}: ${message}`);
  if (faults.length > shownFaults) lines.push(`\n  … and ${faults.length - shownFaults} more`);
  return new SparkError("invalid_spec", `${what} has ${faults.length} fault(s):${lines.join("")}`, {
    details: { faults },
  });
}
