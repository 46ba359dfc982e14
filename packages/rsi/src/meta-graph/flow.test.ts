import { ExperienceDatabase } from "@spark/experience-db";
import { Graph, NodeRegistry, systemClock, uniqueIds } from "@spark/graph";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { PerformanceAnalyzerNode } from "../analysis/performance-analyzer-node.ts";
import { ContractNode } from "../contract-node.ts";
import { checkContracts } from "../contracts/check-contracts.ts";
import { HypothesisGeneratorNode } from "../hypothesis-generator-node.ts";
import { OptimizationObjectives } from "../ranking/objectives.ts";
import { HumanReviewNode } from "../review/human-review-node.ts";
import { HypothesisTesterNode } from "../trial/hypothesis-tester-node.ts";
import { ChangeValidatorNode } from "../validation/change-validator-node.ts";
import { CloseCaseNode } from "./close-case-node.ts";
import { DeployNode } from "./deploy-node.ts";
import { Flow, place } from "./flow.ts";
import { LearnNode } from "./learn-node.ts";
import { buildLoop, type LoopNodes } from "./loop-graph.ts";
import { ProposeNode } from "./propose-node.ts";
import { RankNode } from "./rank-node.ts";
import { TestInTurnNode } from "./test-in-turn-node.ts";

class Step<In extends z.ZodType, Out extends z.ZodType> extends ContractNode<In, Out> {
  readonly #step: (inputs: z.output<In>) => z.input<Out>;

  constructor(
    name: string,
    contract: { readonly input: In; readonly output: Out },
    step: (inputs: z.output<In>) => z.input<Out>,
  ) {
    super(name, contract);
    this.#step = step;
  }

  protected override work(inputs: z.output<In>): z.input<Out> {
    return this.#step(inputs);
  }
}

const number = z.strictObject({ n: z.number() });
const split = z.union([
  z.strictObject({ isBig: z.literal(true), n: z.number() }),
  z.strictObject({ isBig: z.literal(false), why: z.string() }),
]);
const start = () =>
  place("start", new Step("Start", { input: number, output: number }, ({ n }) => ({ n: n + 1 })));
const gate = () =>
  place(
    "gate",
    new Step("Gate", { input: number, output: split }, ({ n }) =>
      n > 10 ? ({ isBig: true, n } as const) : ({ isBig: false, why: "small" } as const),
    ),
  );
const big = () =>
  place(
    "big",
    new Step(
      "Big",
      { input: z.strictObject({ isBig: z.literal(true), n: z.number() }), output: z.string() },
      ({ n }) => `big ${n}`,
    ),
  );
const small = () =>
  place(
    "small",
    new Step(
      "Small",
      { input: z.strictObject({ isBig: z.literal(false), why: z.string() }), output: z.string() },
      ({ why }) => why,
    ),
  );

describe("Flow", () => {
  test("makes a graph that runs, with gates, fallbacks and joins", async () => {
    const [first, decide, loud, quiet] = [start(), gate(), big(), small()];
    const flow = new Flow()
      .connect(first, decide)
      .connectWhen([decide, { isBig: true }], loud)
      .connectWhen([decide, { isBig: false }], quiet);
    const graph = Graph.fromSpec(flow.spec("g", first), flow.registry());
    expect(await graph.run({ n: 10 })).toBe("big 11");
    expect(await graph.run({ n: 1 })).toBe("small");
    expect(checkContracts(graph.spec, flow.registry())).toEqual([]);
  });

  test("what does not fit is a fault for the compiler, and for the check of the schemas too", () => {
    const faults = (flow: Flow): number => checkContracts(flow.spec("g", start()), flow.registry()).length;
    const gated = (): Flow => new Flow().connect(start(), gate());
    // @ts-expect-error -- a number is no `{ isBig: true, n }`
    const wrong = new Flow().connect(start(), big());
    // @ts-expect-error -- without its condition the gate may give the other alternative
    const open = gated().connect(gate(), big());
    // @ts-expect-error -- the condition lets through what `small` does not take
    const crossed = gated().connectWhen([gate(), { isBig: true }], small());
    // @ts-expect-error -- a fallback edge brings `{ inputs, error }`
    const unsaved = gated().rescue(gate(), start());
    expect([wrong, open, crossed, unsaved].map(faults)).toEqual([1, 1, 1, 1]);
  });
});

describe("buildLoop", () => {
  test("every edge of the loop fits, with and without deployment", () => {
    const controller = { run: () => Promise.reject(new Error("not asked")) };
    expect(buildLoop(parts, options).spec.nodes.map(({ id }) => id)).not.toContain("deploy");
    const whole = buildLoop({ ...parts, deploy: new DeployNode(controller, memory) }, options);
    expect(whole.spec.nodes.map(({ id }) => id)).toContain("deploy");
  });

  test("a node whose contract was broken is refused when the loop is built, with the edge and the reason", () => {
    class Vague extends PerformanceAnalyzerNode {
      override readonly contract = {
        ...new PerformanceAnalyzerNode().contract,
        output: z.strictObject({ verdict: z.string() }) as never,
      };
    }
    expect(() => buildLoop({ ...parts, analyzer: new Vague() }, options)).toThrow(
      /do not fit together:\n- analyze → analysis_gate: analyzed: expected always, never given/,
    );
  });
});

const options = { lanes: 2, clock: systemClock, ids: uniqueIds };
const memory = new ExperienceDatabase();
const registry = new NodeRegistry();
const parts: LoopNodes = {
  analyzer: new PerformanceAnalyzerNode(),
  propose: new ProposeNode({
    generator: new HypothesisGeneratorNode({ registry }),
    memory,
    lanes: 2,
    autoDeploy: false,
  }),
  validator: new ChangeValidatorNode(),
  review: new HumanReviewNode({ desk: memory }),
  test: new TestInTurnNode(new HypothesisTesterNode({ registry }), memory),
  close: new CloseCaseNode(memory),
  rank: new RankNode(OptimizationObjectives.parse({})),
  deploy: undefined,
  learn: new LearnNode(memory, undefined),
};
