/**
 * A test that may be looked at after every observation: its evidence against the null hypothesis.
 *
 * Under the null, exp(logEvidence) has an expectation of at most 1 whenever one stops, so by Ville's
 * inequality the chance that it *ever* reaches 1/risk is at most `risk`
 * (Ramdas, Gruenwald, Vovk and Shafer, "Game-theoretic statistics and safe anytime-valid inference", 2023).
 * All functions are pure. A state is plain data that survives JSON. It depends neither on the order of the
 * observations nor on who counted them: `merge` gives what counting all of them in one place gives.
 */
export interface EProcess<State, Observation> {
  /** The prior weight of each alternative in the mixture, summing to 1. */
  readonly weights: readonly number[];
  /** The state before any observation. Its evidence is 0. */
  empty(): State;
  add(state: State, observation: Observation): State;
  merge(a: State, b: State): State;
  /** The log likelihood ratio of each alternative against the null, in the order of `weights`. */
  scores(state: State): readonly number[];
  /** The natural logarithm of the evidence; compare with `requiredLogEvidence(risk)`. */
  logEvidence(state: State): number;
}
