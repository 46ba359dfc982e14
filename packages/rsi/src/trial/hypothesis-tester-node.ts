import {
  type Clock,
  Graph,
  type GraphVersion,
  graphVersion,
  type Ids,
  isSparkError,
  type NodeContext,
  type NodeRegistry,
  type Runnable,
  seededRandom,
  SparkError,
  systemClock,
  uniqueIds,
} from "@spark/graph";
import { ChangeApplicator, printFault } from "@spark/rsi-deploy";
import type { ImprovementHypothesis, TestResult } from "@spark/rsi-model";
import { z } from "zod";
import { ContractNode } from "../contract-node.ts";
import { caseOf, IncomingCase, TestedCase } from "../hypothesis-case.ts";
import type { ArmRun, TrialArm } from "./arm-run.ts";
import { actingNodes, isolatedRegistry, type StandIns } from "./isolated-registry.ts";
import { runTrial } from "./run-trial.ts";
import { timedRun } from "./timed-run.ts";
import { TrialConfig, type TrialConfigInput } from "./trial-config.ts";
import { reportTrial } from "./trial-report.ts";

/** A case to be tested, with inputs of its own where they are not the node's. */
export const CaseToTest = IncomingCase.unwrap()
  .extend({ testInputs: z.array(z.unknown()).min(1).readonly().exactOptional() })
  .readonly();
export type CaseToTest = z.infer<typeof CaseToTest>;

/** How good an output is, from 0 to 1. */
export type Scorer = (run: { readonly input: unknown; readonly output: unknown }) => number | Promise<number>;

/** What a tester works with. */
export interface HypothesisTesterOptions {
  readonly registry: NodeRegistry;
  /** What both arms are run on; asked anew for each test where it is a function. */
  readonly testInputs?: readonly unknown[] | (() => readonly unknown[] | Promise<readonly unknown[]>);
  readonly config?: TrialConfigInput;
  /** Says how good an output is. Without it quality is what the nodes report, if they do. */
  readonly scorer?: Scorer;
  /** What answers for node types that act on the world; a graph with one that nothing stands in for is not run. */
  readonly standIns?: StandIns;
  /** Makes a version runnable, for graphs of another runtime; effects are then its own to hold back. */
  readonly build?: (version: GraphVersion) => Runnable;
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly name?: string;
}

/**
 * Tests a hypothesis before it meets any traffic: builds baseline and candidate for real, runs both on the same
 * inputs in random order, and stops as soon as the evidence decides. See `PairedComparison` for what a verdict
 * means and `runTrial` for how it is measured.
 *
 * The result is a value whatever happens: `error` says that no test took place and why. Nodes that act on the
 * world do not act in a test.
 */
export class HypothesisTesterNode extends ContractNode<typeof CaseToTest, typeof TestedCase> {
  readonly #options: HypothesisTesterOptions;
  readonly #config: TrialConfig;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(options: HypothesisTesterOptions) {
    super(options.name ?? "HypothesisTester", { input: CaseToTest, output: TestedCase });
    this.#options = options;
    this.#config = TrialConfig.parse(options.config ?? {});
    this.#clock = options.clock ?? systemClock;
    this.#ids = options.ids ?? uniqueIds;
  }

  protected override async work(incoming: CaseToTest, context: NodeContext): Promise<TestedCase> {
    const { testInputs, ...rest } = incoming;
    return { ...caseOf(rest), testResult: await this.#test(incoming, testInputs, context.signal) };
  }

  async #test(
    { hypothesis, baselineSpec }: CaseToTest,
    given: readonly unknown[] | undefined,
    signal: AbortSignal,
  ): Promise<TestResult> {
    const startedAtMs = this.#clock.now();
    const head = {
      hypothesisId: hypothesis.hypothesisId,
      testId: this.#ids.next("test"),
      startedAt: new Date(startedAtMs).toISOString(),
    };
    const tail = () => {
      const endedAtMs = this.#clock.now();
      return {
        completedAt: new Date(endedAtMs).toISOString(),
        durationSeconds: (endedAtMs - startedAtMs) / 1000,
        successCriteria: this.#config.successCriteria,
      };
    };
    try {
      const baseline = graphVersion(baselineSpec);
      const candidate = this.#candidate(hypothesis, baseline);
      const arms = { baseline: this.#build(baseline), candidate: this.#build(candidate) };
      const inputs = await this.#inputs(given);
      const trial = await runTrial({
        measure: (arm, input) => this.#measure(arms, { arm, input }, signal),
        inputs,
        config: this.#config,
        random: seededRandom(this.#config.seed),
      });
      const { status, comparison, recommendations } = reportTrial(trial, this.#config);
      return {
        ...head,
        ...tail(),
        status,
        numBaselineRuns: trial.pairs.length,
        numCandidateRuns: trial.pairs.length,
        comparison,
        successCriteriaMet: status === "passed",
        recommendations,
        testedVersionId: candidate.versionId,
        extra: { inputs: inputs.length },
      };
    } catch (error) {
      if (signal.aborted || !isSparkError(error)) throw error;
      return {
        ...head,
        ...tail(),
        status: "error",
        numBaselineRuns: 0,
        numCandidateRuns: 0,
        successCriteriaMet: false,
        errorMessage: error.message,
        recommendations: [],
      };
    }
  }

  #candidate(hypothesis: ImprovementHypothesis, baseline: GraphVersion): GraphVersion {
    if (hypothesis.graphId !== baseline.spec.id) {
      throw refusal(
        `the hypothesis is about graph "${hypothesis.graphId}", the spec is of "${baseline.spec.id}"`,
      );
    }
    const applicator = new ChangeApplicator({ registry: this.#options.registry });
    const applied = applicator.applyHypothesis({ baseline, hypothesis });
    if (!applied.ok) throw refusal(applied.faults.map(printFault).join("; "));
    if (applied.candidate.versionId === baseline.versionId) throw refusal("the changes make no difference");
    return applied.candidate;
  }

  #build(version: GraphVersion): Runnable {
    const { build, registry, standIns = {} } = this.#options;
    if (build !== undefined) return build(version);
    const acting = actingNodes(version.spec, registry, standIns);
    if (acting.length > 0) {
      throw refusal(
        `nodes act on the world and nothing stands in for them: ${acting.join(", ")}; pass standIns`,
      );
    }
    return Graph.fromSpec(version.spec, isolatedRegistry(registry, standIns), {
      clock: this.#clock,
      ids: this.#ids,
    });
  }

  async #inputs(given: readonly unknown[] | undefined): Promise<readonly unknown[]> {
    const { testInputs = [] } = this.#options;
    const ask = async () => (typeof testInputs === "function" ? testInputs() : testInputs);
    const inputs = given ?? (await orRefuse("testInputs failed", ask));
    if (inputs.length > 0) return inputs;
    throw refusal("there are no inputs to run on; pass testInputs to the node or with the case");
  }

  async #measure(
    arms: Readonly<Record<TrialArm, Runnable>>,
    { arm, input }: { readonly arm: TrialArm; readonly input: unknown },
    signal: AbortSignal,
  ): Promise<ArmRun> {
    // Each run gets a copy, so that a node that writes into its inputs reaches neither arm's next run.
    const copy = await orRefuse("an input cannot be copied", () => structuredClone(input));
    const { run, output } = await timedRun(arms[arm], copy, {
      clock: this.#clock,
      ids: this.#ids,
      timeoutSeconds: this.#config.runTimeoutSeconds,
      signal,
    });
    const { scorer } = this.#options;
    if (scorer === undefined || !run.ok) return run;
    const quality = await orRefuse("the scorer failed", () => scorer({ input, output }));
    if (quality >= 0 && quality <= 1) return { ...run, quality };
    throw refusal(`the scorer must give a number from 0 to 1, got ${quality}`);
  }
}

async function orRefuse<T>(what: string, ask: () => T | Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw refusal(`${what}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function refusal(reason: string, cause?: unknown): SparkError {
  return new SparkError("invalid_input", `The hypothesis cannot be tested: ${reason}.`, { cause });
}
