import { type Clock, Graph, type Ids, SparkError } from "@spark/graph";
import type { PerformanceAnalyzerNode } from "../analysis/performance-analyzer-node.ts";
import { checkContracts } from "../contracts/check-contracts.ts";
import { AnalysisGate } from "../gates/analysis-gate.ts";
import { ReviewGate, TestGate, ValidationGate } from "../gates/case-gates.ts";
import type { HumanReviewNode } from "../review/human-review-node.ts";
import type { ChangeValidatorNode } from "../validation/change-validator-node.ts";
import { BeginNode } from "./begin-node.ts";
import type { CaseOutcome } from "./case-outcome.ts";
import type { CloseCaseNode } from "./close-case-node.ts";
import type { Cycle } from "./cycle.ts";
import type { DeployNode } from "./deploy-node.ts";
import { Flow, type Place, place } from "./flow.ts";
import type { LearnedCycle, LearnNode } from "./learn-node.ts";
import { PickNode } from "./pick-node.ts";
import type { Proposals, ProposeNode } from "./propose-node.ts";
import type { RankNode } from "./rank-node.ts";
import type { TestInTurnNode } from "./test-in-turn-node.ts";

/** The nodes of the loop. */
export interface LoopNodes {
  readonly analyzer: PerformanceAnalyzerNode;
  readonly propose: ProposeNode;
  readonly validator: ChangeValidatorNode;
  readonly review: HumanReviewNode;
  readonly test: TestInTurnNode;
  readonly close: CloseCaseNode;
  readonly rank: RankNode;
  /** Absent where the loop stops before the deployment. */
  readonly deploy: DeployNode | undefined;
  readonly learn: LearnNode;
}

/**
 * The loop as a graph of our own runtime:
 *
 * begin → analyzer → analysis gate → propose → one lane for each hypothesis (pick → validator → gate → review → gate
 * → test → gate → close) → join → rank → deploy → learn.
 *
 * Every way out of a lane leads to its close, and every way out of the cycle to learn; so do stations that break.
 * The compiler has compared the contracts along every edge; they are compared again here, by their schemas.
 *
 * @throws SparkError `invalid_spec` that lists every edge whose contracts do not fit.
 */
export function buildLoop(
  nodes: LoopNodes,
  options: { readonly lanes: number; readonly clock: Clock; readonly ids: Ids },
): Graph<Cycle, LearnedCycle> {
  const flow = new Flow();
  const begin = place("begin", new BeginNode());
  const analyze = place("analyze", nodes.analyzer);
  const analysisGate = place("analysis_gate", new AnalysisGate());
  const propose = place("propose", nodes.propose);
  const rank = place("rank", nodes.rank);
  const learn = place("learn", nodes.learn);
  flow
    .connect(begin, analyze)
    .connect(analyze, analysisGate)
    .rescue(analyze, learn)
    .connectWhen([analysisGate, { shouldContinue: true }], propose)
    .connectWhen([analysisGate, { shouldContinue: false }], learn)
    .rescue(propose, learn)
    .gather(
      Array.from({ length: options.lanes }, (_, at) => lane(flow, { nodes, propose, number: at + 1 })),
      "lanes",
      rank,
    );
  if (nodes.deploy === undefined) flow.connect(rank, learn);
  else {
    const deploy = place("deploy", nodes.deploy);
    flow.connect(rank, deploy).connect(deploy, learn).rescue(deploy, learn);
  }
  const spec = flow.spec("rsi-loop", begin);
  const registry = flow.registry();
  const faults = checkContracts(spec, registry).map(
    ({ fromNode, toNode, faults }) => `${fromNode} → ${toNode}: ${faults.join("; ")}`,
  );
  if (faults.length > 0) {
    throw new SparkError("invalid_spec", `Nodes of the loop do not fit together:\n- ${faults.join("\n- ")}`, {
      details: { faults },
    });
  }
  return Graph.fromSpec(spec, registry, { clock: options.clock, ids: options.ids });
}

/** One lane, from the proposals to its close. */
function lane(
  flow: Flow,
  {
    nodes,
    propose,
    number,
  }: { readonly nodes: LoopNodes; readonly propose: Place<never, Proposals>; readonly number: number },
): Place<never, CaseOutcome> {
  const id = (name: string): string => `${name}_${number}`;
  const pick = place(id("pick"), new PickNode(number));
  const validate = place(id("validate"), nodes.validator);
  const validationGate = place(id("validation_gate"), new ValidationGate());
  const review = place(id("review"), nodes.review);
  const reviewGate = place(id("review_gate"), new ReviewGate());
  const test = place(id("test"), nodes.test);
  const testGate = place(id("test_gate"), new TestGate());
  const close = place(id("close"), nodes.close);
  flow
    .connect(propose, pick)
    .connectWhen([pick, { shouldContinue: true }], validate)
    .connectWhen([pick, { shouldContinue: false }], close)
    .connect(validate, validationGate)
    .rescue(validate, close)
    .connectWhen([validationGate, { shouldContinue: true }], review)
    .connectWhen([validationGate, { shouldContinue: false }], close)
    .connect(review, reviewGate)
    .rescue(review, close)
    .connectWhen([reviewGate, { shouldContinue: true }], test)
    .connectWhen([reviewGate, { shouldContinue: false }], close)
    .connect(test, testGate)
    .rescue(test, close)
    .connect(testGate, close);
  return close;
}
