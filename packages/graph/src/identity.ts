import { randomUUID } from "node:crypto";

/** Identity, injected: a new id that no one else has, marked with what it names (`deploy_…`, `run_…`). */
export interface Ids {
  next(prefix: string): string;
}

/** Chance, injected: a number in [0, 1), as `Math.random` gives. */
export type Random = () => number;

/** Ids that are unique in the world: the prefix, an underscore and a version 4 UUID. */
export const uniqueIds: Ids = { next: (prefix) => `${prefix}_${randomUUID()}` };

/** The process's own source of chance. Not for secrets. */
export const systemRandom: Random = Math.random;

/**
 * A reproducible source of chance: the same seed gives the same numbers on every machine.
 *
 * mulberry32 (Ettinger 2017): 32 bits of state, period 2^32, passes gjrand; ample for simulation and
 * traffic generation, unfit for cryptography.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
