import { requireNumber } from "./argument.ts";

/** What is believed of a rate after some trials: a Beta distribution. */
export interface BetaPosterior {
  /** Its two parameters, prior included. */
  readonly alpha: number;
  readonly beta: number;
  /** The expected rate. */
  readonly mean: number;
  /** How sure it is that the rate is above `rate`, 0 to 1. About 50 steps. */
  probabilityAbove(rate: number): number;
}

/** How good and bad trials are counted; fractions are fine, so that old ones may count less than new ones. */
export interface WeightedTrials {
  readonly successes: number;
  readonly failures: number;
}

/**
 * The posterior of a rate under a Beta prior; by default the uniform one, which is worth one success and one
 * failure and keeps a few lucky trials from looking like certainty.
 *
 * @throws RangeError for weights below 0, or a prior that is not above 0.
 */
export function betaPosterior(
  { successes, failures }: WeightedTrials,
  prior: WeightedTrials = { successes: 1, failures: 1 },
): BetaPosterior {
  const alpha = weight("successes", successes) + priorWeight("successes", prior.successes);
  const beta = weight("failures", failures) + priorWeight("failures", prior.failures);
  return {
    alpha,
    beta,
    mean: alpha / (alpha + beta),
    probabilityAbove: (rate) => {
      requireNumber("probabilityAbove: rate", rate, { atLeast: 0, atMost: 1 });
      return regularizedIncompleteBeta(1 - rate, beta, alpha);
    },
  };
}

function weight(name: string, value: number): number {
  return requireNumber(`betaPosterior: ${name}`, value, { atLeast: 0 });
}

function priorWeight(name: string, value: number): number {
  return requireNumber(`betaPosterior: prior.${name}`, value, { above: 0 });
}

/** I_x(a, b), relative error below 1e-10: the continued fraction (DLMF 8.17.22) on the side where it is fast. */
function regularizedIncompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** Evaluated from the front by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 1000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let factor = 1;
    for (const term of [even, odd]) {
      d = 1 / awayFromZero(1 + term * d);
      c = awayFromZero(1 + term / c);
      factor = c * d;
      value *= factor;
    }
    if (Math.abs(factor - 1) < 1e-14) break;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** log Γ(x) for x > 0: Stirling's series (DLMF 5.11.1) from 10 up, the recurrence below. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 10; z += 1) shift -= Math.log(z);
  const square = 1 / (z * z);
  const series =
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / z;
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
}
