import { defineNode, Graph, NodeRegistry } from "@spark/graph";
import { ManualClock } from "@spark/graph/testing";
import { exampleHypothesis } from "@spark/rsi-model/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ContractNode } from "./contract-node.ts";
import { checkContracts } from "./contracts/check-contracts.ts";
import { TestGate, ValidationGate } from "./gates/case-gates.ts";
import { HypothesisTesterNode } from "./trial/hypothesis-tester-node.ts";
import { ChangeValidatorNode } from "./validation/change-validator-node.ts";

class Halve extends ContractNode<z.ZodNumber, z.ZodInt> {
  constructor() {
    super("Halve", { input: z.number(), output: z.int() });
  }

  protected override work(n: number): number {
    return n / 2;
  }
}

describe("a node with a contract", () => {
  test("gives what its schema promises", async () => {
    expect(await new Halve().run(4)).toBe(2);
  });

  test("refuses inputs that do not fit, and owns up to an output that does not", async () => {
    await expect(new Halve().run("4" as never)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("Halve cannot take these inputs: inputs:"),
    });
    await expect(new Halve().run(3)).rejects.toMatchObject({ code: "internal" });
  });
});

describe("stations in a graph", () => {
  const registry = new NodeRegistry([
    defineNode({
      type: "Answer",
      config: z.strictObject({ prompt: z.string() }),
      process: (_input, _context, { prompt }) => prompt,
    }),
  ]);
  const baselineSpec = {
    id: "support",
    start: "answer",
    nodes: [{ id: "answer", type: "Answer", config: { prompt: "Answer at length." } }],
    edges: [],
  };
  const scorer = ({ output }: { readonly output: unknown }) => (output === "Be brief." ? 0.9 : 0.4);
  const stations = new NodeRegistry(
    [
      new ChangeValidatorNode({ registry }),
      new ValidationGate(),
      new HypothesisTesterNode({ registry, scorer, testInputs: ["hello"], clock: new ManualClock() }),
      new TestGate(),
    ].map((station) => station.definition()),
  );
  const ids = ["ChangeValidator", "ValidationGate", "HypothesisTester", "TestGate"];
  const line = {
    sparkVersion: "2.0",
    id: "line",
    start: "ChangeValidator",
    nodes: ids.map((id) => ({ id, type: id })),
    edges: [
      { id: "1", fromNode: "ChangeValidator", toNode: "ValidationGate", priority: 0 },
      {
        id: "2",
        fromNode: "ValidationGate",
        toNode: "HypothesisTester",
        condition: { kind: "equals" as const, equals: { shouldContinue: true } },
        priority: 0,
      },
      { id: "3", fromNode: "HypothesisTester", toNode: "TestGate", priority: 0 },
    ],
  };

  test("fit together, and would not without the condition that keeps closed cases out", () => {
    expect(checkContracts(line, stations)).toEqual([]);
    const edges = line.edges.map(({ condition: _condition, ...edge }) => edge);
    expect(checkContracts({ ...line, edges }, stations)).toMatchObject([{ edgeId: "2" }]);
  });

  test("take a case from the first to the last", async () => {
    const outcome = await Graph.fromSpec(line, stations).run({
      hypothesis: exampleHypothesis(),
      baselineSpec,
    });
    expect(outcome).toMatchObject({
      shouldContinue: true,
      validation: { approved: true },
      testResult: { status: "passed" },
    });
  });

  test("stop at the gate that stays shut, with the reason", async () => {
    const hypothesis = exampleHypothesis({ hypothesisType: "caching" });
    const outcome = await Graph.fromSpec(line, stations).run({ hypothesis, baselineSpec });
    expect(outcome).toMatchObject({
      shouldContinue: false,
      reason: expect.stringContaining("caching is not allowed"),
    });
  });
});
