import { type GraphSpec, jsonEqual, SparkError } from "@spark/graph";
import type { Identified } from "./element-positions.ts";
import { assigned, valueAt } from "./json-edit.ts";
import type { ListDiff } from "./list-diff.ts";
import type { SpecDiff } from "./spec-diff.ts";
import type { ValueChange } from "./value-diff.ts";
import { valueText } from "./value-text.ts";

/**
 * The spec on the other side of a diff: `applyDiff(a, diffSpecs(a, b))` says what `b` says, the order of nodes
 * and edges included. Elements that the diff does not name are the same objects; nothing is changed or frozen.
 *
 * Throws `invalid_input`, listing every fault, where the diff was made for a spec that says something else.
 */
export function applyDiff(spec: GraphSpec, diff: SpecDiff): GraphSpec {
  const faults: string[] = [];
  const { nodes, edges, ...fields } = spec;
  const result = {
    ...patched(fields, diff.fields, { where: "the spec", faults }),
    nodes: patchedList(nodes, diff.nodes, { where: "nodes", faults }),
    edges: patchedList(edges, diff.edges, { where: "edges", faults }),
  };
  if (faults.length === 0) return result;
  throw new SparkError(
    "invalid_input",
    `The diff was made for another spec; nothing was changed. Make it anew against this one.${faults
      .map((fault) => `\n- ${fault}`)
      .join("")}`,
    { details: { faults } },
  );
}

interface Report {
  readonly where: string;
  readonly faults: string[];
}

function patched<T extends object>(target: T, changes: readonly ValueChange[], { where, faults }: Report): T {
  const conflicts = changes.filter(({ path, oldValue }) => !jsonEqual(valueAt(target, path), oldValue));
  for (const { path, oldValue } of conflicts) {
    const found = valueText(valueAt(target, path));
    faults.push(`${where} at ${valueText(path)}: expected ${valueText(oldValue)}, found ${found}`);
  }
  return conflicts.length > 0 || changes.length === 0 ? target : assigned(target, changes);
}

function patchedList<T extends Identified>(
  list: readonly T[],
  diff: ListDiff<T>,
  { where, faults }: Report,
): readonly T[] {
  const { added, removed, moved, modified } = diff;
  if ([added, removed, moved, modified].every(({ length }) => length === 0)) return list;
  const byId = new Map(list.map((element, position) => [element.id, { element, position }]));
  for (const { element } of added) {
    if (byId.has(element.id)) faults.push(`${where}: expected no ${valueText(element.id)}, found one`);
  }
  for (const { element, position } of removed) {
    const present = byId.get(element.id);
    if (present?.position !== position || !jsonEqual(present.element, element)) {
      faults.push(
        `${where}[${position}]: expected ${valueText(element)}, found ${valueText(list[position])}`,
      );
    }
  }
  for (const { id, from } of moved) {
    if (byId.get(id)?.position !== from) {
      faults.push(`${where}[${from}]: expected ${valueText(id)}, found ${valueText(list[from]?.id)}`);
    }
  }
  for (const { id, changes } of modified) {
    const present = byId.get(id);
    const report = { where: `${where} ${valueText(id)}`, faults };
    if (present === undefined) faults.push(`${report.where}: expected one, found nothing`);
    else byId.set(id, { ...present, element: patched(present.element, changes, report) });
  }
  if (faults.length > 0) return list;

  for (const { element } of removed) byId.delete(element.id);
  const placed = added.map(({ position, element }) => ({ position, element }));
  for (const { id, to } of moved) {
    placed.push({ position: to, element: (byId.get(id) as { readonly element: T }).element });
    byId.delete(id);
  }
  return merged(
    [...byId.values()].map(({ element }) => element),
    placed,
    { where, faults },
  );
}

/** The placed elements at their positions, the others in their order in between. */
function merged<T>(
  others: readonly T[],
  placed: readonly { readonly position: number; readonly element: T }[],
  { where, faults }: Report,
): readonly T[] {
  const places = new Map(placed.map(({ position, element }) => [position, element]));
  const length = others.length + placed.length;
  const outside = [...places.keys()].find((position) => position >= length);
  if (outside !== undefined || places.size < placed.length) {
    faults.push(
      `${where}: expected ${placed.length} places below ${length}, found ${valueText([...places.keys()])}`,
    );
    return others;
  }
  let next = 0;
  return Array.from({ length }, (_, at) => places.get(at) ?? (others[next++] as T));
}
