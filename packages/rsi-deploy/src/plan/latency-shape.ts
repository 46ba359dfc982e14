import type { BaselineForecast } from "./forecast.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

/** Latencies as most services have them: log-normal, in seconds. */
export interface LatencyShape {
  readonly median: number;
  /** Deviation of the logarithm. */
  readonly spread: number;
}

/** The spread of a service of which only one quantile is known: p95 is 2.3 times the median. */
const usualSpread = 0.5;
const z95 = normalQuantile(0.95);

/** The shape that the known quantiles have; undefined where none is known. */
export function latencyShape(baseline: BaselineForecast): LatencyShape | undefined {
  const { p50Latency: p50, p95Latency: p95, latencySpread } = baseline;
  if (p50 === undefined && p95 === undefined) return undefined;
  const measured = p50 === undefined || p95 === undefined ? usualSpread : Math.log(p95 / p50) / z95;
  const spread = latencySpread ?? measured;
  return { median: p50 ?? (p95 as number) * Math.exp(-z95 * spread), spread };
}

/** The latency that a share `p` of the runs stays below. */
export function latencyQuantile({ median, spread }: LatencyShape, p: number): number {
  return median * Math.exp(spread * normalQuantile(p));
}

/** The share of runs that take longer. */
export function shareSlower({ median, spread }: LatencyShape, seconds: number): number {
  return normalCdf(-Math.log(seconds / median) / spread);
}

/** All latencies so many times as long. */
export function slowed({ median, spread }: LatencyShape, factor: number): LatencyShape {
  return { median: median * factor, spread };
}

/** Mean and variance of the latencies between two quantiles, 0 to 1. */
export function meanBetween(
  shape: LatencyShape,
  from: number,
  to: number,
): { readonly mean: number; readonly variance: number } {
  const between = { zFrom: quantileOrEnd(from), zTo: quantileOrEnd(to) };
  const mean = partialMoment(shape, 1, between) / (to - from);
  const square = partialMoment(shape, 2, between) / (to - from);
  return { mean, variance: Math.max(0, square - mean * mean) };
}

function quantileOrEnd(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  return p >= 1 ? Number.POSITIVE_INFINITY : normalQuantile(p);
}

function partialMoment(
  { median, spread }: LatencyShape,
  power: 1 | 2,
  { zFrom, zTo }: { readonly zFrom: number; readonly zTo: number },
): number {
  const shift = power * spread;
  return median ** power * Math.exp((shift * shift) / 2) * (cdf(zTo - shift) - cdf(zFrom - shift));
}

function cdf(z: number): number {
  if (z === Number.POSITIVE_INFINITY) return 1;
  return z === Number.NEGATIVE_INFINITY ? 0 : normalCdf(z);
}
