import { jsonEqual } from "./json-equal.ts";
import { jsonHazards } from "./json-hazards.ts";
import { checkSpec, soundSpec } from "./sound-spec.ts";
import { type DocumentPart, graphPart, type PartOf } from "./spark-json-parts.ts";
import type { GraphSpec } from "./spec.ts";
import { invalidSpec, type Place, type PlacedFault, writtenFault } from "./spec-fault.ts";

type JsonRecord = Readonly<Record<string, unknown>>;

/**
 * Reads a graph document of the Python project: snake_case keys, edge ends as `from_node`/`to_node` or
 * `from_id`/`to_id`, conditions as text or object. The spec is valid, sound and deeply frozen.
 *
 * Keys that we do not know go to `extra` of the part they stand in, null or not. A known key that is null is as
 * good as absent. A condition object without `kind` is an expression.
 *
 * @throws SparkError `invalid_spec` with every fault of the document, each with its path in the document, in
 * `details.faults`: wrong values, duplicate ids, edges to nowhere, a missing start.
 */
export function readSparkJson(json: unknown): GraphSpec {
  const hazards = jsonHazards(json);
  if (hazards.length > 0) throw invalidDocument(hazards);
  const disagreements = aliasFaults(json);
  const check = checkSpec(readPart(json, graphPart));
  if (check.ok && disagreements.length === 0) return check.spec;
  const faults = check.ok ? [] : check.faults;
  throw invalidDocument([
    ...disagreements,
    ...faults.map((fault) => ({ ...fault, place: documentPlace(fault.place, json) })),
  ]);
}

/**
 * Writes a spec as a document that the Python project reads, `extra` keys in their old places. Edge ends are
 * written as `from_node` and `to_node`, defaults are written out, known keys that are absent are left out.
 *
 * The document shares frozen parts with the spec: to be turned into text or copied, not edited.
 *
 * @throws SparkError `invalid_spec` as {@link soundSpec} does.
 */
export function writeSparkJson(spec: GraphSpec): unknown {
  return writePart(soundSpec(spec), graphPart);
}

function readPart(value: unknown, partOf: PartOf): unknown {
  if (Array.isArray(value)) return value.map((item) => readPart(item, partOf));
  if (!isRecord(value)) return value;
  const part = partOf(value);
  const fields: Record<string, unknown> = { ...part.defaults };
  const extra: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null && part.nullable.has(key)) continue;
    const field = part.fields.get(ownName(part, key));
    if (field === undefined) extra[key] = inner;
    else fields[field] = part.within[field] ? readPart(inner, part.within[field]) : inner;
  }
  return Object.keys(extra).length > 0 ? { ...fields, extra } : fields;
}

function writePart(value: unknown, partOf: PartOf): unknown {
  if (Array.isArray(value)) return value.map((item) => writePart(item, partOf));
  if (!isRecord(value)) return value;
  const part = partOf(value);
  const document: Record<string, unknown> = {};
  for (const [key, field] of part.fields) {
    const inner = value[field];
    if (inner !== undefined)
      document[key] = part.within[field] ? writePart(inner, part.within[field]) : inner;
  }
  // Known keys stand first, and an extra key of the same name does not replace them.
  return { ...document, ...(value["extra"] as JsonRecord | undefined), ...document };
}

/** Edges whose two names for one end say different things. */
function aliasFaults(json: unknown): readonly PlacedFault[] {
  if (!isRecord(json) || !Array.isArray(json["edges"])) return [];
  return json["edges"].flatMap((edge: unknown, index) => {
    if (!isRecord(edge)) return [];
    const edges = graphPart(json).within["edges"] as PartOf;
    const disagreeing = Object.entries(edges(edge).aliases).filter(
      ([alias, key]) => edge[alias] != null && edge[key] != null && !jsonEqual(edge[alias], edge[key]),
    );
    return disagreeing.map(([alias, key]) => ({
      code: "invalid_value" as const,
      place: ["edges", index, alias],
      message: `says ${JSON.stringify(edge[alias])} where ${key} says ${JSON.stringify(edge[key])}; keep one`,
    }));
  });
}

/** Where in the document that is which stands at `place` in the spec. */
function documentPlace(place: Place, json: unknown): Place {
  const found: (string | number)[] = [];
  let value = json;
  let partOf: PartOf | undefined = graphPart;
  for (const step of place) {
    if (partOf === undefined || typeof step === "number") {
      found.push(step);
      value = (value as JsonRecord | undefined)?.[step];
    } else if (step === "extra") {
      partOf = undefined;
    } else {
      const record: JsonRecord = isRecord(value) ? value : {};
      const part: DocumentPart = partOf(record);
      const key = nameIn(record, part, step);
      found.push(key);
      value = record[key];
      partOf = part.within[step];
    }
  }
  return found;
}

/** The key under which the document has a field: its own name, or the alias in use. */
function nameIn(record: JsonRecord, part: DocumentPart, field: string): string {
  const key = part.keys.get(field) ?? field;
  const alias = Object.keys(part.aliases).find(
    (alias) => part.aliases[alias] === key && record[alias] != null,
  );
  return record[key] == null && alias !== undefined ? alias : key;
}

function ownName(part: DocumentPart, key: string): string {
  return Object.hasOwn(part.aliases, key) ? (part.aliases[key] as string) : key;
}

function invalidDocument(faults: readonly PlacedFault[]): Error {
  return invalidSpec("The document", faults.map(writtenFault));
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
