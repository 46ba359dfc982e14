import { fisherExact, fixedSample, mannWhitney, newcombe, welch } from "@spark/evidence";
import type { JsonObject } from "@spark/graph";
import type { ArmRun, RunPair } from "./arm-run.ts";

/**
 * What the textbook tests say of the same runs, for those who ask: labelled, and never decided on, since they
 * hold only for a number of runs fixed beforehand. Needs two pairs.
 */
export function classicalFigures(pairs: readonly RunPair[], confidence: number): JsonObject {
  if (pairs.length < 2) return {};
  const arm = (name: keyof RunPair): readonly ArmRun[] => pairs.map((pair) => pair[name]);
  const [a, b] = [arm("candidate"), arm("baseline")];
  const latencies = { a: a.map(secondsOf), b: b.map(secondsOf) };
  const successes = { a: successesOf(a), b: successesOf(b) };
  const means = welch(latencies, confidence);
  const rates = newcombe(successes, confidence);
  return {
    validity: fixedSample,
    successRate: {
      fisherExactPValue: fisherExact(successes).pValue,
      newcombeInterval: [rates.lower, rates.upper],
    },
    latency: {
      mannWhitneyPValue: mannWhitney(latencies).pValue,
      ...(means.defined
        ? { welchPValue: means.pValue, welchInterval: [means.interval.lower, means.interval.upper] }
        : {}),
    },
  };
}

function secondsOf({ latencySeconds }: ArmRun): number {
  return latencySeconds;
}

function successesOf(runs: readonly ArmRun[]): { readonly hits: number; readonly trials: number } {
  return { hits: runs.filter(({ ok }) => ok).length, trials: runs.length };
}
