import {
  type Clock,
  type GraphSpec,
  type GraphVersion,
  type Ids,
  type LiveGraph,
  type NodeRegistry,
  SparkError,
  systemClock,
  uniqueIds,
} from "@spark/graph";
import type { DeploymentConfig } from "@spark/rsi-deploy";
import type { HypothesisModel } from "../hypothesis-model.ts";
import type { ReviewDesk } from "../review/review-desk.ts";
import type { HumanReviewOptions } from "../review/human-review-node.ts";
import type { HypothesisTesterOptions } from "../trial/hypothesis-tester-node.ts";
import type { PhaseNote } from "./cycle.ts";
import { type CycleResult, readCycleEnd } from "./cycle-result.ts";
import type { DeploymentPort } from "./deploy-node.ts";
import type { PatternStatistics } from "./learn-node.ts";
import { LoopTarget } from "./loop-target.ts";
import type { LoopMemory } from "./loop-memory.ts";
import {
  readMetaGraphConfig,
  type RSIMetaGraphConfig,
  type RSIMetaGraphConfigInput,
} from "./meta-graph-config.ts";

/** Everything the loop remembers with. `ExperienceDatabase` satisfies it. */
export type LoopDatabase = LoopMemory & PatternStatistics & ReviewDesk;

/** What a meta-graph is made from. */
export interface RSIMetaGraphOptions {
  readonly config: RSIMetaGraphConfigInput;
  /** The node types of the graph that is improved. */
  readonly registry: NodeRegistry;
  /** Open already (`initialize`). */
  readonly experienceDb: LoopDatabase;
  /** What hypotheses are tested on, and how their outputs are scored. */
  readonly testing: Pick<HypothesisTesterOptions, "testInputs" | "scorer" | "standIns" | "build">;
  /** The graph that is improved; its runs count from now on. Else it comes with the first `run`. */
  readonly targetGraph?: LiveGraph<never>;
  /** Where ideas come from. @default heuristicModel() */
  readonly model?: HypothesisModel;
  /** Told of every new review request. */
  readonly notify?: HumanReviewOptions["notify"];
  /** Makes what deploys. @default a DeploymentControllerNode of its own for each target */
  readonly controller?: (target: LiveGraph<never>, config: DeploymentConfig) => DeploymentPort;
  /** Told of everything that happens, while it happens. */
  readonly onPhase?: (note: PhaseNote) => void;
  readonly clock?: Clock;
  readonly ids?: Ids;
}

/** How long, and how often. */
export interface ContinuousOptions {
  readonly targetGraph?: LiveGraph<never>;
  /** Seconds between the end of a cycle and the start of the next. @default 3600 */
  readonly intervalSeconds?: number;
  /** @default no limit */
  readonly maxIterations?: number;
  /** Ends the loop: at once between two cycles, within one as soon as its stations have let go. */
  readonly signal?: AbortSignal;
  /** Told of each cycle when it has ended. */
  readonly onCycle?: (result: CycleResult) => void;
}

/** Only so many results are kept by `runContinuous`, the last ones. */
const mostResults = 100;

/**
 * Improves a live graph in cycles: analyse its runs, propose, validate, review, test, deploy, learn.
 *
 * A cycle is a run of a graph of our own runtime (see `buildLoop`). It starts from the version that is live then,
 * so the version advances from cycle to cycle; what failed is not tried again.
 *
 * @example
 * const loop = new RSIMetaGraph({ config: { graphId: "support" }, registry, experienceDb, testing: { testInputs } });
 * const { hypothesesDeployed, stoppedAt, reason } = await loop.run({ targetGraph: live });
 */
export class RSIMetaGraph {
  readonly config: RSIMetaGraphConfig;
  readonly #options: RSIMetaGraphOptions;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #deployment: DeploymentConfig;
  #target: LoopTarget | undefined;
  #running = false;

  /** Throws `invalid_config`, naming every field that does not fit. */
  constructor(options: RSIMetaGraphOptions) {
    const config = readMetaGraphConfig(options.config);
    this.config = config;
    this.#deployment = config.deployment;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#ids = options.ids ?? uniqueIds;
    if (options.targetGraph !== undefined) this.#attach(options.targetGraph);
  }

  /** The loop as a graph, for reading and drawing; there once a target is known. */
  get spec(): GraphSpec | undefined {
    return this.#target?.graph.spec;
  }

  /**
   * One cycle. Rejects with `illegal_state` while another one is under way, with `invalid_input` for a target of
   * another graph, and with the signal's reason; everything else is in the result.
   */
  async run(
    options: { readonly targetGraph?: LiveGraph<never>; readonly signal?: AbortSignal } = {},
  ): Promise<CycleResult> {
    if (this.#running) {
      throw new SparkError(
        "illegal_state",
        "A cycle is under way already; wait for it, or make another meta-graph.",
      );
    }
    this.#running = true;
    try {
      const target = this.#attach(options.targetGraph ?? this.#target?.live);
      await target.recover();
      return await this.#cycle(target, options.signal);
    } finally {
      this.#running = false;
    }
  }

  /**
   * Cycle after cycle, until `maxIterations` or the signal ends it; gives the last 100 results. A cycle that fails
   * does not end the loop.
   */
  async runContinuous(options: ContinuousOptions = {}): Promise<readonly CycleResult[]> {
    const { intervalSeconds = 3600, maxIterations = Infinity, signal, onCycle, targetGraph } = options;
    const results: CycleResult[] = [];
    for (let iteration = 1; iteration <= maxIterations; iteration += 1) {
      const result = await orStopped(signal, () =>
        this.run({
          ...(targetGraph === undefined ? {} : { targetGraph }),
          ...(signal === undefined ? {} : { signal }),
        }),
      );
      if (result === "stopped") break;
      results.push(result);
      if (results.length > mostResults) results.shift();
      onCycle?.(result);
      if (iteration === maxIterations) break;
      const paused = await orStopped(signal, () => this.#clock.sleep(intervalSeconds * 1000, signal));
      if (paused === "stopped") break;
    }
    return results;
  }

  /** Lets go of the target: its runs are no longer observed. */
  close(): void {
    this.#target?.close();
    this.#target = undefined;
  }

  async #cycle(target: LoopTarget, signal: AbortSignal | undefined): Promise<CycleResult> {
    const startedAt = this.#clock.now();
    const phases: PhaseNote[] = [];
    const note = (phase: PhaseNote["phase"], summary: string, hypothesisId?: string): void => {
      const entry = {
        phase,
        at: this.#clock.now(),
        summary,
        ...(hypothesisId === undefined ? {} : { hypothesisId }),
      };
      phases.push(entry);
      this.#options.onPhase?.(entry);
    };
    const baseline = target.liveVersion();
    const frame = () => ({
      graphId: this.config.graphId,
      versionBefore: baseline?.versionId ?? "",
      versionAfter: target.liveVersion()?.versionId ?? baseline?.versionId ?? "",
      startedAt,
      endedAt: this.#clock.now(),
      phases,
    });
    const nothing = { hypotheses: [], deployments: [], hypothesesDeployed: 0 };
    const hindrance = this.#hindrance(baseline);
    if (baseline === undefined || hindrance !== undefined) {
      note("analysis", hindrance ?? "");
      return { success: true, stoppedAt: "analysis", reason: hindrance ?? "", ...nothing, ...frame() };
    }
    try {
      const learned = await target.graph.run({ baseline, note }, signal === undefined ? {} : { signal });
      return { ...readCycleEnd(learned), ...frame() };
    } catch (error) {
      if (signal?.aborted === true) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      note("learning", reason);
      return {
        success: false,
        stoppedAt: phases.at(-2)?.phase ?? "analysis",
        reason,
        ...nothing,
        ...frame(),
      };
    }
  }

  /** Why no cycle can start. */
  #hindrance(baseline: GraphVersion | undefined): string | undefined {
    if (baseline === undefined)
      return "a rollout is under way on the target; a cycle starts from one live version";
    const { graphVersion } = this.config;
    const isFirst = this.#target?.isFirstCycle() ?? true;
    return graphVersion === undefined ||
      !isFirst ||
      [baseline.versionId, baseline.label].includes(graphVersion)
      ? undefined
      : `expected version ${graphVersion} to be live, it is ${baseline.label} (${baseline.versionId})`;
  }

  #attach(live: LiveGraph<never> | undefined): LoopTarget {
    if (live === undefined) {
      throw new SparkError(
        "invalid_input",
        "There is no graph to improve: pass targetGraph to run, or to the meta-graph.",
      );
    }
    if (this.#target?.live === live) return this.#target;
    if (live.graphId !== this.config.graphId) {
      throw new SparkError(
        "invalid_input",
        `The target is graph "${live.graphId}", this loop improves "${this.config.graphId}".`,
      );
    }
    this.#target?.close();
    this.#target = new LoopTarget(live, {
      ...this.#options,
      config: { ...this.config, deployment: this.#deployment },
      clock: this.#clock,
      ids: this.#ids,
    });
    return this.#target;
  }
}

/** What `work` gives, or that the signal ended it. */
async function orStopped<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T | "stopped"> {
  const isStopped = (): boolean => signal?.aborted === true;
  if (isStopped()) return "stopped";
  try {
    return await work();
  } catch (error) {
    if (isStopped()) return "stopped";
    throw error;
  }
}
