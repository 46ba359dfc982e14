import type { EdgeSpec, NodeSpec } from "@spark/graph";
import { printConfigPath } from "./config-path.ts";
import type { SpecDiff } from "./spec-diff.ts";
import type { ValueChange } from "./value-diff.ts";
import { nameText, valueTexts } from "./value-text.ts";

/** A diff in a few words: `1 node added, 2 edges removed`; `no changes` where there are none. */
export function summarizeDiff({ fields, nodes, edges }: SpecDiff): string {
  const parts = [
    counted(fields.length, "field", "modified"),
    ...(["added", "removed", "modified", "moved"] as const).flatMap((verb) => [
      counted(nodes[verb].length, "node", verb),
      counted(edges[verb].length, "edge", verb),
    ]),
  ];
  return parts.filter((part) => part !== "").join(", ") || "no changes";
}

/**
 * A diff as lines for a terminal, one for each change: `+` added, `-` removed, `~` modified, `>` moved. A value
 * longer than `maxValueLength` characters (default 60) is cut; what could steer the terminal is escaped.
 */
export function printDiff(
  diff: SpecDiff,
  { maxValueLength = 60 }: { readonly maxValueLength?: number } = {},
): readonly string[] {
  const values = (what: string, changes: readonly ValueChange[]): readonly string[] =>
    changes.map(({ path, oldValue, newValue }) => {
      const [before, after] = valueTexts(oldValue, newValue, maxValueLength);
      return `~ ${what}${nameText(printConfigPath(path))}: ${before} → ${after}`;
    });
  return [
    ...values("", diff.fields),
    ...diff.nodes.removed.map(({ element }) => `- ${nodeLine(element)}`),
    ...diff.nodes.added.map(({ element }) => `+ ${nodeLine(element)}`),
    ...diff.nodes.modified.flatMap(({ id, changes }) => values(`node ${nameText(id)} `, changes)),
    ...diff.nodes.moved.map(({ id, from, to }) => `> node ${nameText(id)}: position ${from} → ${to}`),
    ...diff.edges.removed.map(({ element }) => `- ${edgeLine(element)}`),
    ...diff.edges.added.map(({ element }) => `+ ${edgeLine(element)}`),
    ...diff.edges.modified.flatMap(({ id, changes }) => values(`edge ${nameText(id)} `, changes)),
    ...diff.edges.moved.map(({ id, from, to }) => `> edge ${nameText(id)}: position ${from} → ${to}`),
  ];
}

function counted(count: number, noun: string, verb: string): string {
  return count === 0 ? "" : `${count} ${noun}${count === 1 ? "" : "s"} ${verb}`;
}

function nodeLine({ id, type }: NodeSpec): string {
  return `node ${nameText(id)} (${nameText(type)})`;
}

function edgeLine({ id, fromNode, toNode }: EdgeSpec): string {
  return `edge ${nameText(id)}: ${nameText(fromNode)} → ${nameText(toNode)}`;
}
