import { cycles, type JsonValue, type NodeSpec } from "@spark/graph";
import { changeEffects, effectsOf } from "./change-effect.ts";
import { caution, fault, type Finding } from "./finding.ts";
import { type AppliedSubject, rewiredNodes, writtenNodes } from "./validation-subject.ts";

/** Looks at what the changes make of the graph. */
export type ChangeRule = (subject: AppliedSubject) => readonly Finding[];

/** What is asked of the applied change. What it says it does plays no part. */
export const changeRules = {
  no_effect: ({ hypothesis: { changes }, diff }) =>
    changes.length > 0 &&
    changeEffects(diff).size === 0 &&
    diff.nodes.moved.length + diff.edges.moved.length === 0
      ? [fault("no_effect", 0.5, { message: "the changes make no difference" })]
      : [],

  type_matches_changes: ({ hypothesis: { hypothesisType }, diff }) => {
    const allowed = effectsOf[hypothesisType];
    const others = allowed === "any" ? [] : [...changeEffects(diff)].filter((one) => !allowed.includes(one));
    if (others.length === 0) return [];
    const message = `it calls itself ${hypothesisType}, and its changes do more than that: ${others.join(", ")}`;
    return [fault("type_matches_changes", 1, { message, details: { effects: others } })];
  },

  protected_nodes: (subject) => {
    const touched = new Set([...writtenNodes(subject.diff), ...rewiredNodes(subject)]);
    return subject.config.protectedNodes
      .filter((id) => touched.has(id))
      .map((id) =>
        fault("protected_nodes", 1, {
          message: `node "${id}" is protected, and it or an edge of it changes`,
        }),
      );
  },

  max_nodes_added: ({ diff, config }) =>
    over("max_nodes_added", diff.nodes.added.length, config.maxNodesAdded),
  max_nodes_removed: ({ diff, config }) =>
    over("max_nodes_removed", diff.nodes.removed.length, config.maxNodesRemoved),

  max_prompt_length: ({ diff, config: { maxPromptLength } }) =>
    writtenTexts(diff)
      .filter(({ text }) => text.length > maxPromptLength)
      .map(({ nodeId, text }) =>
        caution("max_prompt_length", 0.2, {
          message: `a text in node "${nodeId}" is ${text.length} characters long, at most ${maxPromptLength} are wanted`,
        }),
      ),

  no_new_cycles: ({ baseline, candidate }) => {
    const known = new Set(cycles(baseline).map((group) => JSON.stringify(group.toSorted())));
    return cycles(candidate)
      .filter((group) => !known.has(JSON.stringify(group.toSorted())))
      .map((group) =>
        caution("no_new_cycles", 0.3, {
          message: `a run can now pass more than once through ${group.join(", ")}`,
        }),
      );
  },

  effects: (subject) => {
    const { baseline, candidate, diff } = subject;
    const written = new Set(writtenNodes(diff));
    const rewired = new Set(rewiredNodes(subject));
    const acting = [...baseline.nodes, ...candidate.nodes].filter((node) => actsOnWorld(node, subject));
    return [...new Set(acting.map(({ id }) => id))].flatMap((id) =>
      written.has(id)
        ? [caution("effects", 0.4, { message: `node "${id}" acts on the world, and it changes` })]
        : rewired.has(id)
          ? [caution("effects", 0.3, { message: `node "${id}" acts on the world, and when it does changes` })]
          : [],
    );
  },

  declared_alternatives: ({ hypothesis: { changes }, baseline, registry }) =>
    changes.flatMap((change) => {
      if (change.type !== "node_replacement") return [];
      const before = baseline.nodes.find(({ id }) => id === change.targetNodeId)?.type ?? "";
      const after = change.replacementNodeSpec.type;
      if (before === after || registry?.definition(before)?.alternatives.includes(after) === true) return [];
      return [
        caution("declared_alternatives", 0.2, {
          message: `${after} is not declared to stand in for ${before} (node "${change.targetNodeId}")`,
        }),
      ];
    }),

  extent: ({ diff }) => [
    { score: 0.15 * (diff.nodes.added.length + diff.nodes.removed.length) },
    { score: 0.05 * (diff.edges.added.length + diff.edges.removed.length + diff.edges.modified.length) },
    { score: 0.05 * Math.max(0, diff.nodes.modified.length - 1) },
  ],
} satisfies Record<string, ChangeRule>;

function over(rule: string, count: number, limit: number): readonly Finding[] {
  return count > limit ? [fault(rule, 0.5, { message: `${count} nodes, at most ${limit} are allowed` })] : [];
}

function actsOnWorld({ type }: NodeSpec, { registry }: AppliedSubject): boolean {
  return registry?.definition(type)?.effects === true;
}

interface WrittenText {
  readonly nodeId: string;
  readonly text: string;
}

function writtenTexts({ nodes }: AppliedSubject["diff"]): readonly WrittenText[] {
  return [
    ...nodes.added.flatMap(({ element }) => textsIn(element.id, element.config)),
    ...nodes.modified.flatMap(({ id, changes }) => changes.flatMap(({ newValue }) => textsIn(id, newValue))),
  ];
}

function textsIn(nodeId: string, value: JsonValue | undefined): readonly WrittenText[] {
  if (typeof value === "string") return [{ nodeId, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((part: JsonValue) => textsIn(nodeId, part));
}
