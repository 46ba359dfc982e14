import type { Random } from "@spark/graph";
import type { Metrics } from "@spark/telemetry";
import { type LatencyShape, latencyQuantile, meanBetween } from "./latency-shape.ts";

/** What one side does: its error rate, and the shape of its latencies where it is known. */
export interface Behaviour {
  readonly errorRate: number;
  readonly latency: LatencyShape | undefined;
}

/** Above this many, sums are drawn from their limits instead of run by run. */
const many = 100;

/**
 * What a window of so many runs may show, drawn without making the runs: counts, mean and p95 have the joint
 * distribution that runs would give them. From 1 µs to 20 µs, however many the runs.
 */
export function sampleWindow(random: Random, runs: number, { errorRate, latency }: Behaviour): Metrics {
  const errors = sampleBinomial(random, runs, errorRate);
  const { mean, p95 } = runs === 0 || latency === undefined ? unknown : sampleLatency(random, runs, latency);
  return {
    runs,
    errors,
    errorRate: runs === 0 ? 0 : errors / runs,
    successRate: runs === 0 ? 0 : (runs - errors) / runs,
    avgLatency: mean,
    p50Latency: 0,
    p95Latency: p95,
    p99Latency: 0,
    throughput: 0,
    consecutiveFailures: 0,
    windowSeconds: 0,
  };
}

const unknown = { mean: 0, p95: 0 };

/** How many of so many trials succeed: from success to success where they are few, else from the limit. */
export function sampleBinomial(random: Random, trials: number, probability: number): number {
  if (probability > 0.5) return trials - sampleBinomial(random, trials, 1 - probability);
  const mean = trials * probability;
  if (mean > many) {
    const drawn = Math.round(mean + Math.sqrt(mean * (1 - probability)) * sampleNormal(random));
    return Math.min(trials, Math.max(0, drawn));
  }
  if (probability <= 0) return 0;
  const logMiss = Math.log1p(-probability);
  let hits = -1;
  for (let at = 0; at <= trials; hits += 1) at += 1 + Math.floor(Math.log1p(-random()) / logMiss);
  return hits;
}

/**
 * p95 is an order statistic, so its place among the quantiles is beta distributed; given it, the runs below and
 * above it are draws from the two parts of the distribution.
 */
function sampleLatency(random: Random, runs: number, shape: LatencyShape): typeof unknown {
  const below = Math.floor(0.95 * (runs - 1));
  if (runs <= many) {
    const { median, spread } = shape;
    const drawn = Float64Array.from({ length: runs }, () => median * Math.exp(spread * sampleNormal(random)));
    drawn.sort();
    return { mean: drawn.reduce((sum, value) => sum + value, 0) / runs, p95: drawn[below] as number };
  }
  const above = runs - below - 1;
  const [a, b] = [sampleGamma(random, below + 1), sampleGamma(random, above + 1)];
  const place = a / (a + b);
  const p95 = latencyQuantile(shape, place);
  const sum = sampleSum(random, below, { shape, from: 0, to: place });
  return { mean: (sum + p95 + sampleSum(random, above, { shape, from: place, to: 1 })) / runs, p95 };
}

function sampleSum(
  random: Random,
  runs: number,
  part: { readonly shape: LatencyShape; readonly from: number; readonly to: number },
): number {
  const { shape, from, to } = part;
  if (runs > many) {
    const { mean, variance } = meanBetween(shape, from, to);
    return runs * mean + Math.sqrt(runs * variance) * sampleNormal(random);
  }
  let sum = 0;
  for (let at = 0; at < runs; at += 1) sum += latencyQuantile(shape, open(from + (to - from) * random()));
  return sum;
}

/** Gamma with scale 1, for shapes from 5 (Wilson and Hilferty 1931). */
function sampleGamma(random: Random, shape: number): number {
  const root = 1 - 1 / (9 * shape) + sampleNormal(random) / (3 * Math.sqrt(shape));
  return shape * root ** 3;
}

function sampleNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log1p(-random())) * Math.cos(2 * Math.PI * random());
}

/** Keeps 0 and 1 out: they have no finite quantile. */
function open(p: number): number {
  return Math.min(1 - 1e-12, Math.max(1e-12, p));
}
