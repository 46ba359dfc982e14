import { bernoulli, lognormal } from "@spark/evidence/testing";
import { type Random, type RunRecord, seededRandom } from "@spark/graph";
import { TestResult } from "@spark/rsi-model";
import { RunTally } from "@spark/telemetry";
import { type Baseline, baselineBefore } from "../baseline.ts";
import {
  type DeploymentConfig,
  type DeploymentConfigInput,
  readDeploymentConfig,
} from "../deployment-config.ts";
import type { CountedRun } from "../guards/counted-run.ts";
import type { GuardPanel, PanelReading } from "../guards/guard-panel.ts";
import { guardRules } from "../guards/guard-rule.ts";
import { setUpGuards } from "../guards/guard-setup.ts";
import { SequentialPanel } from "../guards/sequential-panel.ts";
import { ThresholdPanel } from "../guards/threshold-panel.ts";

/** A rollout at one share, as the guards see it. */
export interface PanelSimulationOptions {
  readonly config?: DeploymentConfigInput;
  /** The candidate's share of the traffic, above 0 and at most 1. */
  readonly share: number;
  readonly checks: number;
  /** Runs of both sides together between two checks. */
  readonly runsPerCheck: number;
  readonly baselineRate: number;
  /** A function takes the number of the check, from 1. */
  readonly candidateRate: number | ((check: number) => number);
  /** Latencies are log-normal around 0.2 s; the candidate's are so many times as long. @default 1 */
  readonly slowdown?: number;
  /** Deviation of the latencies' logarithm. @default 0.5 */
  readonly latencySpread?: number;
  /** @default 1000 */
  readonly historyRuns?: number;
  readonly seed: number;
}

/** What the guards did. */
export interface PanelOutcome {
  /** The guard that took the candidate back, where one did. */
  readonly guard?: string;
  /** The check in which it did, from 1; the last one where none did. */
  readonly check: number;
  readonly candidateRuns: number;
}

/**
 * Simulates the guards alone: the real panel, fed run by run, without graph, clock or controller.
 *
 * For tables of many thousand rollouts. Every run has ended before the next one starts, so there is nothing
 * under way. About 0.5 µs a run.
 */
export function simulatePanel(options: PanelSimulationOptions): PanelOutcome {
  const { share, checks, runsPerCheck, candidateRate } = options;
  const random = seededRandom(options.seed);
  const config = readDeploymentConfig({
    ...options.config,
    strategy: "stages",
    stages: [{ kind: "watch", share }],
    monitoringDurationSeconds: checks,
    monitoringIntervalSeconds: 1,
    maxExtension: 0,
  });
  const source = new RunSource(options, random);
  const before = source.history(config.minimumRuns);
  const panel = panelOf(config, before, () => source.sequence);
  const tallies = { candidate: new RunTally(), baseline: new RunTally() };
  const read = (): PanelReading =>
    panel.read({
      candidate: tallies.candidate.toMetrics(0),
      baseline: share < 1 ? tallies.baseline.toMetrics(0) : before?.metrics,
    });
  const tripped = (check: number): PanelOutcome | undefined => {
    const guard = read().breaches[0]?.guard;
    return guard === undefined ? undefined : { guard, check, candidateRuns: tallies.candidate.runs };
  };
  for (let check = 1; check <= checks; check += 1) {
    const rate = typeof candidateRate === "number" ? candidateRate : candidateRate(check);
    for (let at = 0; at < runsPerCheck; at += 1) {
      const run = source.next(rate);
      tallies[run.side].add(run.record);
      const outcome = panel.count(run) ? tripped(check) : undefined;
      if (outcome !== undefined) return outcome;
    }
    // With nothing under way the evidence has been judged at each bad run; a window is judged at its end.
    const outcome = config.decision === "threshold" ? tripped(check) : undefined;
    if (outcome !== undefined) return outcome;
    panel.closeCheck();
  }
  return { check: checks, candidateRuns: tallies.candidate.runs };
}

/** The panel the controller would set up, for a graph on which no run is under way. */
function panelOf(
  config: DeploymentConfig,
  before: Baseline | undefined,
  settledUpTo: () => number,
): GuardPanel {
  if (config.decision === "threshold") return new ThresholdPanel(config, before);
  const setup = setUpGuards(config, config.stages ?? [], { baseline: before });
  const traffic = {
    underWay: () => ({ baseline: 0, candidate: 0 }),
    candidateSettledUpTo: settledUpTo,
    settledUpTo,
  };
  return new SequentialPanel(setup, traffic, {
    rules: guardRules(config),
    from: 0,
    minimumFailures: config.minimumFailures,
  });
}

const passed = TestResult.parse({ hypothesisId: "simulated", testId: "simulated", status: "passed" });

/** Makes runs, one after the other. */
class RunSource {
  sequence = 0;
  readonly #options: PanelSimulationOptions;
  readonly #random: Random;

  constructor(options: PanelSimulationOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  history(minimumRuns: number): Baseline | undefined {
    const { historyRuns = 1000, baselineRate } = this.#options;
    const runs = Array.from({ length: historyRuns }, () => this.#record("baseline", baselineRate));
    return baselineBefore(runs, { minimumRuns, testResult: passed });
  }

  next(candidateRate: number): CountedRun {
    const { share, baselineRate } = this.#options;
    const side = bernoulli(this.#random, share) ? "candidate" : "baseline";
    return { record: this.#record(side, side === "candidate" ? candidateRate : baselineRate), side, share };
  }

  #record(side: CountedRun["side"], errorRate: number): RunRecord {
    const { slowdown = 1, latencySpread = 0.5 } = this.#options;
    const sequence = this.sequence++;
    const median = side === "candidate" ? 200 * slowdown : 200;
    return {
      runId: "",
      sequence,
      graphId: "simulated",
      versionId: side,
      arm: side === "candidate" ? "candidate" : "stable",
      planRevision: 1,
      candidateShare: this.#options.share,
      ok: !bernoulli(this.#random, errorRate),
      startedAt: sequence,
      durationMs: lognormal(this.#random, { median, sigma: latencySpread }),
      nodes: [],
    };
  }
}
