import { averageEvidence, type Interval, pairedScoreBets, requiredLogEvidence } from "@spark/evidence";

const bisections = 24;

/**
 * Where the mean of differences lies, each from -1 to 1: a range that holds it with a probability of at least
 * 1 - `risk`, at whatever pair one stopped.
 *
 * The means that bets on the differences do not speak against (the test of `pairedScores`, inverted; Waudby-Smith
 * and Ramdas 2024). O(differences).
 */
export function differenceInterval(differences: readonly number[], risk: number): Interval {
  const required = requiredLogEvidence(risk / 2);
  const upper = -largestRefutedBelow(
    differences.map((difference) => -difference),
    required,
  );
  return { lower: largestRefutedBelow(differences, required), upper };
}

/** The largest mean that the differences are shown to exceed; -1 where they show nothing. */
function largestRefutedBelow(differences: readonly number[], required: number): number {
  let [refuted, open] = [-1, 1];
  for (let i = 0; i < bisections; i += 1) {
    const middle = (refuted + open) / 2;
    if (evidenceAbove(middle, differences) >= required) refuted = middle;
    else open = middle;
  }
  return refuted;
}

function evidenceAbove(mean: number, differences: readonly number[]): number {
  const weight = 1 / pairedScoreBets.length;
  return averageEvidence(
    pairedScoreBets.map((bet) => {
      let logEvidence = 0;
      for (const difference of differences)
        logEvidence += Math.log1p((bet * (difference - mean)) / (1 + mean));
      return { weight, logEvidence };
    }),
  ).logEvidence;
}
