/**
 * The value at quantile `q` (0 to 1) of values in ascending order, 0 where there are none. Its rank is
 * floor(q × (count - 1)), as in the histograms of telemetry.
 */
export function quantileOf(ascending: readonly number[], q: number): number {
  return ascending[Math.floor(q * (ascending.length - 1))] ?? 0;
}

/** The mean, 0 where there are no values. */
export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
