/** A source of chance: numbers in [0, 1), as `Math.random` gives them. */
export type Random = () => number;

/** A reproducible source: the same seed gives the same numbers everywhere (mulberry32; not for secrets). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** True with this probability. */
export function bernoulli(random: Random, probability: number): boolean {
  return random() < probability;
}

/** How many of `trials` succeed. Jumps from hit to hit, so the cost is O(trials * probability). */
export function binomial(random: Random, trials: number, probability: number): number {
  if (probability > 0.5) return trials - binomial(random, trials, 1 - probability);
  let hits = 0;
  for (let at = geometric(random, probability); at <= trials; at += geometric(random, probability)) hits++;
  return hits;
}

/** The number of the first success, 1 or more; Infinity where there never is one. */
export function geometric(random: Random, probability: number): number {
  if (probability >= 1) return 1;
  if (probability <= 0) return Infinity;
  return 1 + Math.floor(Math.log1p(-random()) / Math.log1p(-probability));
}

/** A standard normal number (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log1p(-random())) * Math.cos(2 * Math.PI * random());
}

/** A positive number whose logarithm is normal with deviation `sigma`: how latencies are shaped. */
export function lognormal(random: Random, { median, sigma }: { median: number; sigma: number }): number {
  return median * Math.exp(sigma * normal(random));
}
