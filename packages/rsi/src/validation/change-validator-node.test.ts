import { defineNode, GraphSpec, NodeRegistry } from "@spark/graph";
import { HypothesisType, type ImprovementHypothesisInput } from "@spark/rsi-model";
import { exampleHypothesis } from "@spark/rsi-model/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ChangeValidatorNode } from "./change-validator-node.ts";
import type { ValidatorConfigInput } from "./validator-config.ts";

const spec = GraphSpec.parse({
  id: "support",
  start: "read",
  nodes: [
    { id: "read", type: "Step" },
    { id: "answer", type: "Answer", config: { prompt: "Answer politely.", temperature: 0.7 } },
    { id: "send", type: "Send" },
  ],
  edges: [
    { id: "read-answer", fromNode: "read", toNode: "answer" },
    { id: "answer-send", fromNode: "answer", toNode: "send" },
  ],
});

const config = z.strictObject({
  prompt: z.string().default(""),
  temperature: z.number().min(0).max(2).default(1),
});
const same = (input: unknown): unknown => input;
const registry = new NodeRegistry([
  defineNode({ type: "Step", process: same }),
  defineNode({ type: "Answer", config, alternatives: ["QuickAnswer"], process: same }),
  defineNode({ type: "QuickAnswer", config, process: same }),
  defineNode({ type: "Send", effects: true, process: same }),
]);

const everything = { allowedHypothesisTypes: HypothesisType.options };

async function validate(
  hypothesis: Partial<ImprovementHypothesisInput>,
  settings: ValidatorConfigInput = everything,
) {
  const validator = new ChangeValidatorNode({ registry, config: settings });
  const { validation } = await validator.run({
    hypothesis: exampleHypothesis(hypothesis),
    baselineSpec: spec,
  });
  return { ...validation, rules: validation.violations.map(({ rule }) => rule) };
}

const tune = {
  type: "node_config_update",
  targetNodeId: "answer",
  configPath: "temperature",
  newValue: 0.2,
} as const;
const tuning = { hypothesisType: "parameter_tuning", changes: [tune] } as const;
const step = (id: string) => ({ type: "node_add", nodeSpec: { id, type: "Step" } }) as const;
const link = (fromNode: string, toNode: string) =>
  ({ type: "edge_add", edgeSpec: { id: `${fromNode}-${toNode}`, fromNode, toNode } }) as const;

describe("the change validator", () => {
  test("approves a small change at low risk", async () => {
    expect(await validate({})).toMatchObject({
      approved: true,
      riskLevel: "low",
      riskScore: 0,
      violations: [],
    });
    expect(await validate(tuning, {})).toMatchObject({ approved: true, riskLevel: "low" });
  });

  test("hands the case on with what it found", async () => {
    const hypothesis = exampleHypothesis();
    const validated = await new ChangeValidatorNode({ registry }).run({
      hypothesis,
      baselineSpec: spec,
      shouldContinue: true,
    });
    expect(Object.keys(validated).sort()).toEqual(["baselineSpec", "hypothesis", "validation"]);
    expect(validated.hypothesis).toEqual(hypothesis);
  });

  test("refuses a type that is not allowed, and an empty hypothesis", async () => {
    const caching = await validate({ ...tuning, hypothesisType: "caching" }, {});
    expect(caching).toMatchObject({
      approved: false,
      riskLevel: "high",
      rules: ["allowed_hypothesis_types"],
    });
    const empty = await validate({ changes: [], rationale: " " });
    expect(empty).toMatchObject({ approved: false, rules: ["required_fields", "required_fields"] });
  });

  test("says every reason why changes cannot be applied", async () => {
    const { approved, violations } = await validate({
      ...tuning,
      changes: [
        { ...tune, targetNodeId: "nobody" },
        { ...tune, newValue: 7, oldValue: 0.5 },
      ],
    });
    expect(approved).toBe(false);
    expect(violations.map(({ rule, details }) => [rule, details["changeIndex"]])).toEqual([
      ["applicable", 0],
      ["applicable", 1],
    ]);
  });

  test("refuses a config that does not fit its type, and a node that nothing leads to", async () => {
    expect(
      (await validate({ ...tuning, changes: [{ ...tune, newValue: 7 }] })).violations[0]?.message,
    ).toContain("config.temperature");
    const alone = await validate({ hypothesisType: "custom", changes: [step("island")] });
    expect(alone).toMatchObject({ approved: false, rules: ["applicable"] });
  });

  test.each<[string, Partial<ImprovementHypothesisInput>]>([
    ["a config update", tuning],
    ["its removal", { changes: [{ type: "node_remove", targetNodeId: "answer" }, link("read", "send")] }],
    [
      "a replacement",
      {
        changes: [
          {
            type: "node_replacement",
            targetNodeId: "answer",
            replacementNodeSpec: { id: "quick", type: "QuickAnswer" },
          },
        ],
      },
    ],
    [
      "an edge that leads to it",
      { changes: [{ type: "edge_modify", targetEdgeId: "read-answer", updates: { priority: 1 } }] },
    ],
    ["an edge around it", { changes: [step("after"), link("answer", "after")] }],
  ])("protects a node against %s", async (_, hypothesis) => {
    const all = { hypothesisType: "custom", ...hypothesis } as const;
    expect((await validate(all)).rules).not.toContain("protected_nodes");
    const guarded = await validate(all, { ...everything, protectedNodes: ["answer"] });
    expect(guarded.approved).toBe(false);
    expect(guarded.rules).toContain("protected_nodes");
  });

  test.each<[HypothesisType, Partial<ImprovementHypothesisInput>, readonly string[]]>([
    ["prompt_optimization", { changes: [tune] }, ["setting"]],
    [
      "prompt_optimization",
      { changes: [{ type: "node_remove", targetNodeId: "send" }] },
      ["node_removed", "edge_removed"],
    ],
    [
      "parameter_tuning",
      { changes: [{ type: "edge_modify", targetEdgeId: "read-answer", updates: { priority: 1 } }] },
      ["edge_modified"],
    ],
    ["edge_modification", { changes: [tune] }, ["setting"]],
  ])("notices when %s does more than it says", async (hypothesisType, hypothesis, effects) => {
    const { approved, violations } = await validate({ ...hypothesis, hypothesisType });
    expect(approved).toBe(false);
    expect(violations.find(({ rule }) => rule === "type_matches_changes")?.details).toEqual({ effects });
  });

  test("holds to the limits on nodes added and removed", async () => {
    const changes = [step("a"), link("read", "a"), step("b"), link("read", "b")];
    const limits = { ...everything, maxNodesAdded: 1, maxNodesRemoved: 0 };
    expect((await validate({ hypothesisType: "custom", changes }, limits)).rules).toEqual([
      "max_nodes_added",
    ]);
    const removal = {
      hypothesisType: "custom",
      changes: [{ type: "node_remove", targetNodeId: "send" }],
    } as const;
    expect((await validate(removal, limits)).rules).toContain("max_nodes_removed");
  });

  test("warns of long texts wherever they are written, of loops, and of nodes that act on the world", async () => {
    const long = { ...tune, configPath: "prompt", newValue: "very ".repeat(10) };
    expect(await validate({ changes: [long] }, { ...everything, maxPromptLength: 49 })).toMatchObject({
      approved: true,
      rules: ["max_prompt_length"],
    });
    const loop = await validate({ hypothesisType: "edge_modification", changes: [link("answer", "read")] });
    expect(loop).toMatchObject({ approved: true, rules: ["no_new_cycles"], riskLevel: "medium" });
    const second = await validate({ hypothesisType: "edge_modification", changes: [link("read", "send")] });
    expect(second).toMatchObject({ approved: true, rules: ["effects"] });
  });

  test("is wary of a replacement that nobody has declared", async () => {
    const replacing = (type: string) =>
      validate({
        hypothesisType: "node_replacement",
        changes: [
          { type: "node_replacement", targetNodeId: "answer", replacementNodeSpec: { id: "answer", type } },
        ],
      });
    expect((await replacing("QuickAnswer")).rules).toEqual([]);
    expect((await replacing("Step")).rules).toEqual(["declared_alternatives"]);
  });

  test("takes the author's word when the author sees more risk than the rules do", async () => {
    expect(await validate({ riskLevel: "high" })).toMatchObject({
      approved: true,
      riskLevel: "high",
      riskScore: 0,
    });
  });

  test("refuses a change whose risks add up to too much", async () => {
    const riskFactors = Array.from({ length: 15 }, (_, index) => `risk ${index}`);
    expect(await validate({ riskFactors })).toMatchObject({
      approved: false,
      riskLevel: "critical",
      riskScore: 1.5,
      rules: ["max_risk_score"],
    });
    expect((await validate({ riskFactors: riskFactors.slice(1) })).approved).toBe(true);
  });

  test("says what it could not check without a registry", async () => {
    const { validation } = await new ChangeValidatorNode().run({
      hypothesis: exampleHypothesis(),
      baselineSpec: spec,
    });
    expect(validation.recommendations[0]).toContain("no registry");
  });
});
