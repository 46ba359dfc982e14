/**
 * The logarithm of a sum, from logarithms: log(sum of exp(x)).
 *
 * Shifted by the largest term, so it neither overflows nor underflows; of an empty list, -Infinity.
 */
export function logSumExp(terms: readonly number[]): number {
  let largest = -Infinity;
  for (const term of terms) if (term > largest) largest = term;
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  for (const term of terms) sum += Math.exp(term - largest);
  return largest + Math.log(sum);
}

/** log(exp(a) + exp(b)); either may be -Infinity. */
export function logAddExp(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === -Infinity ? larger : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}

/** log(sum of exp(logWeights[j] + scores[j])): the weighted mean of likelihood ratios, in logs. */
export function logMixture(logWeights: readonly number[], scores: readonly number[]): number {
  let largest = -Infinity;
  for (let j = 0; j < scores.length; j++) {
    const term = (logWeights[j] ?? 0) + (scores[j] ?? 0);
    if (term > largest) largest = term;
  }
  let sum = 0;
  for (let j = 0; j < scores.length; j++) {
    const term = (logWeights[j] ?? 0) + (scores[j] ?? 0) - largest;
    // Below exp(-40) a term no longer reaches the last bit of the sum, and exp is what costs here.
    if (term > -40) sum += Math.exp(term);
  }
  return largest + Math.log(sum);
}
