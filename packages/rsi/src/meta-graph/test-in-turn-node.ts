import type { NodeContext } from "@spark/graph";
import { IncomingCase, TestedCase } from "../hypothesis-case.ts";
import { ContractNode } from "../contract-node.ts";
import type { HypothesisTesterNode } from "../trial/hypothesis-tester-node.ts";
import { cycleOf } from "./cycle.ts";
import type { LoopMemory } from "./loop-memory.ts";

/**
 * Tests one case at a time, whichever lane it comes from: two tests at once would measure each other.
 *
 * That a test has begun is remembered first, so that a process that does not survive it finds that out.
 */
export class TestInTurnNode extends ContractNode<typeof IncomingCase, typeof TestedCase> {
  readonly #tester: HypothesisTesterNode;
  readonly #memory: LoopMemory;
  #line: Promise<unknown> = Promise.resolve();

  constructor(tester: HypothesisTesterNode, memory: LoopMemory) {
    super("TestInTurn", { input: IncomingCase, output: TestedCase });
    this.#tester = tester;
    this.#memory = memory;
  }

  protected override work(incoming: IncomingCase, context: NodeContext): Promise<TestedCase> {
    const turn = this.#line.then(async () => {
      context.signal.throwIfAborted();
      return this.#test(incoming, context);
    });
    this.#line = turn.catch(() => undefined);
    return turn;
  }

  async #test(incoming: IncomingCase, context: NodeContext): Promise<TestedCase> {
    const { hypothesisId } = incoming.hypothesis;
    await this.#memory.updateTestResults({
      hypothesisId,
      testResult: {
        hypothesisId,
        testId: "running",
        status: "running",
        numBaselineRuns: 0,
        numCandidateRuns: 0,
        durationSeconds: 0,
        successCriteriaMet: false,
        successCriteria: {},
        recommendations: [],
      },
    });
    cycleOf(context.state).note("testing", "begun", hypothesisId);
    return this.#tester.process(incoming, context);
  }
}
