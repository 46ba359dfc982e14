/**
 * The point in [low, high] up to which a monotone condition holds, to the last bits of a double.
 *
 * `holds` must be true below the point and false above it. At most 200 calls.
 */
export function bisect(low: number, high: number, holds: (point: number) => boolean): number {
  let below = low;
  let above = high;
  for (let step = 0; step < 200; step++) {
    const middle = below + (above - below) / 2;
    if (middle <= below || middle >= above) break;
    if (holds(middle)) below = middle;
    else above = middle;
  }
  return below + (above - below) / 2;
}

/** The smallest integer in [low, high] for which a condition holds that stays true once true; high + 1 if none. */
export function firstInteger(low: number, high: number, holds: (value: number) => boolean): number {
  let from = low;
  let to = high + 1;
  while (from < to) {
    const middle = from + Math.floor((to - from) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
