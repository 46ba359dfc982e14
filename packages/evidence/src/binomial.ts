/**
 * P(X >= k) for X binomial(n, p).
 *
 * n up to 1e9 and beyond, p in [0, 1]. Sums outward from k on the side that is short of the mean, so a small
 * tail keeps its relative accuracy (1e-12). At most about 10 sqrt(n) steps.
 */
export function binomialUpperTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n || p <= 0) return 0;
  if (p >= 1) return 1;
  return k > n * p ? upwardSum(k, n, p) : 1 - upwardSum(n - k + 1, n, 1 - p);
}

/**
 * log P(X = k) for X binomial(n, p), p in (0, 1).
 *
 * Loader's saddle-point form (2000): no large logarithms are subtracted, so all digits stand at n of 1e9.
 */
export function logBinomialProbability(k: number, n: number, p: number): number {
  if (k === 0) return n * Math.log1p(-p);
  if (k === n) return n * Math.log(p);
  const remainder = stirlingRemainder(n) - stirlingRemainder(k) - stirlingRemainder(n - k);
  const deviance = devianceTerm(k, n * p) + devianceTerm(n - k, n * (1 - p));
  return remainder - deviance + 0.5 * (Math.log(n / k) - Math.log(2 * Math.PI * (n - k)));
}

/** From k at or above the mean upwards, where each term is smaller than the one before. */
function upwardSum(k: number, n: number, p: number): number {
  const odds = p / (1 - p);
  let sum = 1;
  let term = 1;
  for (let i = k; i < n && term > sum * 1e-17; i++) {
    term *= ((n - i) / (i + 1)) * odds;
    sum += term;
  }
  return Math.exp(logBinomialProbability(k, n, p)) * sum;
}

/** log n! minus Stirling's approximation of it. */
function stirlingRemainder(n: number): number {
  if (n <= 15) {
    let factorial = 1;
    for (let i = 2; i <= n; i++) factorial *= i;
    return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - 0.5 * Math.log(2 * Math.PI);
  }
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** x log(x / mean) + mean - x, by its series where the two are close and the sum would cancel. */
function devianceTerm(x: number, mean: number): number {
  if (Math.abs(x - mean) >= 0.1 * (x + mean)) return x * Math.log(x / mean) + mean - x;
  const v = (x - mean) / (x + mean);
  let sum = (x - mean) * v;
  let power = 2 * x * v;
  for (let j = 1; j < 1000; j++) {
    power *= v * v;
    const next = sum + power / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}
