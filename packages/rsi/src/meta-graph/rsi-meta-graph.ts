import {
  type Clock,
  type GraphSpec,
  type GraphVersion,
  type Ids,
  type LiveGraph,
  SparkError,
  systemClock,
  uniqueIds,
} from "@spark/graph";
import type { DeploymentConfig } from "@spark/rsi-deploy";
import { type CycleResult, readCycleEnd } from "./cycle-result.ts";
import type { PhaseNote } from "./cycle.ts";
import { LoopTarget } from "./loop-target.ts";
import { readMetaGraphConfig, type RSIMetaGraphConfig } from "./meta-graph-config.ts";
import type { RSIMetaGraphOptions } from "./meta-graph-options.ts";

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
  #isRunning = false;
  #hasRun = false;

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
    if (this.#isRunning) {
      throw new SparkError(
        "illegal_state",
        "A cycle is under way already; wait for it, or make another meta-graph.",
      );
    }
    this.#isRunning = true;
    try {
      const target = this.#attach(options.targetGraph ?? this.#target?.live);
      await target.recover(options.signal);
      return await this.#cycle(target, options.signal);
    } finally {
      this.#isRunning = false;
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

  /** Lets go of the target: a deployment under way is called off, runs are no longer observed. */
  async close(): Promise<void> {
    const target = this.#target;
    this.#target = undefined;
    await target?.close();
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
      this.#hasRun = true;
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
    return graphVersion === undefined ||
      this.#hasRun ||
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
    void this.#target?.close();
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
