import { type Random, seededRandom } from "@spark/graph";
import { quantileOf } from "../analysis/quantile.ts";
import type { ArmRun, RunPair, TrialArm } from "./arm-run.ts";
import { PairedComparison } from "./paired-comparison.ts";
import type { TrialConfig } from "./trial-config.ts";
import { scaleFrom, type TrialScale } from "./trial-scale.ts";

/** What a trial is run with. */
export interface TrialSetting {
  /** Runs one arm on one input; never rejects for a failed run. */
  readonly measure: (arm: TrialArm, input: unknown) => Promise<ArmRun>;
  /** At least one. */
  readonly inputs: readonly unknown[];
  readonly config: TrialConfig;
  readonly random: Random;
}

/** A trial that has ended. */
export interface Trial {
  /** Pairs that ran first and are not counted. */
  readonly warmupPairs: number;
  readonly scale: TrialScale;
  readonly pairs: readonly RunPair[];
  readonly comparison: PairedComparison;
}

/**
 * Runs both arms pair by pair until the evidence decides or `maxPairs` is reached.
 *
 * Each pair draws its input at random, with replacement, so what is found holds for the inputs as a whole; which
 * arm runs first is drawn too, and nothing runs beside a measured run. The first `warmupPairs` do not count, nor
 * any after them for as long as the baseline still gets faster, up to ten times as many. How many that were depends on
 * the machine, so they draw apart from the others: the pairs that count are the same for the same `random`.
 */
export async function runTrial({ measure, inputs, config, random }: TrialSetting): Promise<Trial> {
  const warmupRandom = seededRandom(Math.floor(random() * 2 ** 32));
  const runPair = async (random: Random): Promise<RunPair> => {
    const input = inputs[Math.floor(random() * inputs.length)];
    if (random() < 0.5) {
      const baseline = await measure("baseline", input);
      return { baseline, candidate: await measure("candidate", input) };
    }
    const candidate = await measure("candidate", input);
    return { baseline: await measure("baseline", input), candidate };
  };
  const warmup: RunPair[] = [];
  while (isWarmingUp(warmup, config)) warmup.push(await runPair(warmupRandom));
  const scale = scaleFrom(warmup.slice(-config.warmupPairs));
  const comparison = new PairedComparison(scale, config);
  const pairs: RunPair[] = [];
  while (pairs.length < config.maxPairs && comparison.decision === undefined) {
    const pair = await runPair(random);
    pairs.push(pair);
    comparison.add(pair);
  }
  return { warmupPairs: warmup.length, scale, pairs, comparison };
}

/** The longest warm-up, in multiples of the shortest. */
const longestWarmup = 10;

/** What was seen while warming up is forgotten, so that its length may follow from it. */
function isWarmingUp(warmup: readonly RunPair[], { warmupPairs }: TrialConfig): boolean {
  if (warmup.length < warmupPairs) return true;
  if (warmup.length >= longestWarmup * warmupPairs) return false;
  const latencies = warmup.slice(-warmupPairs).map(({ baseline }) => baseline.latencySeconds);
  const half = Math.floor(warmupPairs / 2);
  const median = (values: readonly number[]): number =>
    quantileOf(
      values.toSorted((a, b) => a - b),
      0.5,
    );
  return median(latencies.slice(-half)) < 0.8 * median(latencies.slice(0, half));
}
