export { type EProcess } from "./e-process.ts";
export { anytimePValue, requiredLogEvidence } from "./required-evidence.ts";
export { type RiskBudget, splitRisk } from "./risk-budget.ts";
export { defaultGrid, type Grid, uniformGrid } from "./grid.ts";
export { type RateCounts } from "./rate-counts.ts";
export { type Alternative, type GridProcess, gridProcess, type GridProcessOptions } from "./grid-process.ts";
export {
  type AttributedFailure,
  type Attribution,
  attribution,
  type AttributionOptions,
  type AttributionStage,
} from "./attribution.ts";
export { type RateInterval, rateInterval } from "./rate-interval.ts";
export { type RateRatioInterval, rateRatioInterval } from "./rate-ratio-interval.ts";
export { type Verdict, verdict } from "./verdict.ts";
export { type Armed, historyBound, type HistoryBoundOptions } from "./history-bound.ts";
export { successFloor } from "./success-floor.ts";
export { type Bin, type BinnedSample } from "./binned-sample.ts";
export {
  quantileAgainstHistory,
  type QuantileExceedance,
  quantileExceedance,
  type QuantileExceedanceOptions,
  type QuantileHistoryOptions,
} from "./quantile-exceedance.ts";
export {
  quantileBoundRank,
  type QuantileBoundOptions,
  quantileUpperBound,
  runsForQuantileBound,
} from "./quantile-bound.ts";
export {
  type TwoSampleQuantile,
  twoSampleQuantile,
  type TwoSampleQuantileOptions,
} from "./two-sample-quantile.ts";
export { type Betting, betting, type BettingState } from "./betting.ts";
export { pairedScoreBets, pairedScores, type PairedScoresOptions, type ScorePair } from "./paired-scores.ts";
export { clippedMean, clippedMeanBets, type ClippedMeanOptions, type ValuePair } from "./clipped-mean.ts";
export {
  type PairedFailureCounts,
  pairedFailures,
  type PairedFailuresOptions,
  type PairedOutcome,
} from "./paired-failures.ts";
export { type RestartMixture, restartMixture, type RestartState } from "./restart-mixture.ts";
export { type DetectorState, type EDetector, eDetector } from "./e-detector.ts";
export { type RunOfFailures, runLengthLimit, runLengthProbability, runLengthWait } from "./run-length.ts";
export {
  averageEvidence,
  type AveragedEvidence,
  eBenjaminiHochberg,
  logEvidenceOfPValue,
  type WeightedEvidence,
} from "./combine.ts";
export {
  type ArmRates,
  attributionInformation,
  type AttributionOutlook,
  type DecisionCost,
  expectedRuns,
  rateInformation,
  type RateOutlook,
  smallestDetectableRate,
  smallestDetectableRatio,
} from "./power.ts";
export { type BetaPosterior, betaPosterior, type WeightedTrials } from "./beta-posterior.ts";
export { type Interval } from "./interval.ts";
export { clopperPearson, rateLowerBound, rateUpperBound } from "./clopper-pearson.ts";
export { type FixedSample, fixedSample, type FixedSampleInterval } from "./classical/fixed-sample.ts";
export { welch, type WelchResult } from "./classical/welch.ts";
export { twoProportions, type TwoProportionsResult } from "./classical/two-proportions.ts";
export { wilson } from "./classical/wilson.ts";
export { newcombe } from "./classical/newcombe.ts";
export { mannWhitney, mannWhitneyExactLimit, type MannWhitneyResult } from "./classical/mann-whitney.ts";
export { fisherExact, type FisherExactResult } from "./classical/fisher-exact.ts";
export { benjaminiHochberg, type BenjaminiHochbergResult } from "./classical/benjamini-hochberg.ts";
