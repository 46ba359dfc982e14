import type { EdgeSpec, NodeSpec } from "@spark/graph";
import type { SpecComparison } from "./spec-comparison.ts";

type Fate = "added" | "removed" | "modified" | "unchanged";

const styles = {
  added: "fill:#d5f5d5,stroke:#2a7a2a,color:#000",
  removed: "fill:#f8d7d7,stroke:#a02020,color:#000,stroke-dasharray:4",
  modified: "fill:#fdf1cc,stroke:#9a7500,color:#000",
} as const satisfies Record<Exclude<Fate, "unchanged">, string>;

const arrows = {
  added: "==>",
  removed: "-.->",
  modified: "==>",
  unchanged: "-->",
} as const satisfies Record<Fate, string>;

/** Both graphs in one flowchart: what was added, removed or modified has a colour, removed edges are dotted. */
export function diffToMermaid({ before, after, diff }: SpecComparison): string {
  const removedNodes = diff.nodes.removed.map(({ element }) => element);
  const removedEdges = diff.edges.removed.map(({ element }) => element);
  const nodes = [...after.nodes, ...removedNodes];
  const names = new Map(nodes.map(({ id }, at) => [id, `n${at}`]));
  const start = names.get(after.start) ?? names.get(before.start);
  const lines = [
    ...nodes.map(
      (node) => `  ${nodeLine(node, { name: names.get(node.id) ?? "", fate: fateOf(node.id, diff.nodes) })}`,
    ),
    ...[...after.edges, ...removedEdges].map((edge, at) => {
      // An edge may be taken out and another of the same id put in.
      const fate = at >= after.edges.length ? "removed" : fateOf(edge.id, { ...diff.edges, removed: [] });
      return `  ${names.get(edge.fromNode)} ${arrows[fate]}${labelOf(edge)} ${names.get(edge.toNode)}`;
    }),
    ...Object.entries(styles).map(([fate, style]) => `  classDef ${fate} ${style}`),
    ...(start === undefined ? [] : [`  style ${start} stroke-width:3px`]),
  ];
  return ["flowchart TD", ...lines].join("\n");
}

function nodeLine(
  { id, type }: NodeSpec,
  { name, fate }: { readonly name: string; readonly fate: Fate },
): string {
  return `${name}["${label(id)}<br/>${label(type)}"]${fate === "unchanged" ? "" : `:::${fate}`}`;
}

function labelOf({ condition, onError }: EdgeSpec): string {
  const text =
    onError === true
      ? "on error"
      : typeof condition === "string"
        ? condition
        : condition === undefined || condition.kind === "always"
          ? ""
          : condition.kind === "equals"
            ? JSON.stringify(condition.equals)
            : condition.kind === "expr"
              ? condition.expr
              : condition.kind;
  return text === "" ? "" : `|"${label(text)}"|`;
}

function fateOf(
  id: string,
  list: {
    readonly added: readonly { readonly element: { readonly id: string } }[];
    readonly removed: readonly { readonly element: { readonly id: string } }[];
    readonly modified: readonly { readonly id: string }[];
  },
): Fate {
  if (list.added.some(({ element }) => element.id === id)) return "added";
  if (list.removed.some(({ element }) => element.id === id)) return "removed";
  return list.modified.some((change) => change.id === id) ? "modified" : "unchanged";
}

const longestLabel = 80;

/** Anything but letters, digits and spaces as Mermaid's character codes, so that a label stays a label. */
function label(text: string): string {
  const cut = Array.from(text).slice(0, longestLabel);
  const safe = cut.map((char) => (/[\p{L}\p{N} ._-]/u.test(char) ? char : `#${char.codePointAt(0)};`));
  return safe.join("") + (cut.length < Array.from(text).length ? "…" : "");
}
