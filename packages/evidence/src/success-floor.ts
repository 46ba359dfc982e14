import { requireNumber } from "./argument.ts";
import type { Grid } from "./grid.ts";
import { type GridProcess, gridProcess } from "./grid-process.ts";

/**
 * Tests whether a success rate keeps above its floor; a hit is a failed run. Needs no baseline.
 *
 * The grid process with a null failure rate of 1 - minSuccessRate. Catches total outages too, also those
 * the candidate cannot help. At a floor of 0.7 four straight failures from a cold start decide at 5 % risk.
 *
 * `minSuccessRate` is above 0 (no rate is below 0, so nothing could be tested) and at most 1, else RangeError.
 */
export function successFloor(options: {
  readonly minSuccessRate: number;
  readonly grid?: Grid;
}): GridProcess {
  const minSuccessRate = requireNumber("successFloor: minSuccessRate", options.minSuccessRate, {
    above: 0,
    atMost: 1,
    advice: "Leave the floor out to switch it off.",
  });
  return gridProcess({ nullRate: 1 - minSuccessRate, ...(options.grid && { grid: options.grid }) });
}
