import type { Random } from "@spark/graph";
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
  readonly scale: TrialScale;
  readonly pairs: readonly RunPair[];
  readonly comparison: PairedComparison;
}

/**
 * Runs both arms pair by pair until the evidence decides or `maxPairs` is reached.
 *
 * Each pair draws its input at random, with replacement, so what is found holds for the inputs as a whole; which
 * arm runs first is drawn too, and nothing runs beside a measured run. The first `warmupPairs` do not count.
 */
export async function runTrial({ measure, inputs, config, random }: TrialSetting): Promise<Trial> {
  const runPair = async (): Promise<RunPair> => {
    const input = inputs[Math.floor(random() * inputs.length)];
    if (random() < 0.5) {
      const baseline = await measure("baseline", input);
      return { baseline, candidate: await measure("candidate", input) };
    }
    const candidate = await measure("candidate", input);
    return { baseline: await measure("baseline", input), candidate };
  };
  const warmup: RunPair[] = [];
  while (warmup.length < config.warmupPairs) warmup.push(await runPair());
  const scale = scaleFrom(warmup);
  const comparison = new PairedComparison(scale, config);
  const pairs: RunPair[] = [];
  while (pairs.length < config.maxPairs && comparison.decision === undefined) {
    const pair = await runPair();
    pairs.push(pair);
    comparison.add(pair);
  }
  return { scale, pairs, comparison };
}
