import { z } from "zod";

/** What is compared between the arms of a trial. */
export const Measure = z.enum(["successRate", "latency", "quality", "cost"]);
export type Measure = z.infer<typeof Measure>;

const margin = z.number().gt(0).lt(1);
const fraction = z.number().min(0).lt(1);

/**
 * What a candidate must show. Differences of success rate and quality are absolute fractions (0.05 is five
 * points), those of mean latency and cost are relative to the baseline (0.2 is a fifth).
 */
export const SuccessCriteria = z
  .strictObject({
    /** A loss of success rate beyond this is harm, once it is shown. @default 0 */
    maxSuccessRateDrop: fraction.default(0),
    /** Nobody can show that nothing is lost; what must be shown is that it is less than this. @default 0.05 */
    successRateMargin: margin.default(0.05),
    /** A loss of mean quality beyond this is harm, once it is shown. @default 0 */
    maxQualityDrop: fraction.default(0),
    /** What a loss of mean quality must be shown to stay below. @default 0.05 */
    qualityMargin: margin.default(0.05),
    /** A higher mean latency is harm beyond this, and must be shown to stay below it. @default 0.2 */
    maxLatencyIncrease: z.number().gt(0).default(0.2),
    /** A higher mean cost is harm beyond this. @default 0.1 */
    maxCostIncrease: z.number().gt(0).default(0.1),
    /** Only beyond this a higher success rate is an improvement. @default 0 */
    minSuccessRateImprovement: fraction.default(0),
    /** Only beyond this a lower mean latency is an improvement. @default 0 */
    minLatencyReduction: fraction.default(0),
    /** Only beyond this a higher mean quality is an improvement. @default 0 */
    minQualityImprovement: fraction.default(0),
    /** Only beyond this a lower mean cost is an improvement. @default 0 */
    minCostReduction: fraction.default(0),
    /**
     * Measures that must be shown, by evidence, to stay within their margins before a candidate passes. For the
     * others it is enough that the observed difference is tolerated and nothing shows harm: quicker, and less sure.
     * @default ["successRate", "latency", "quality"]
     */
    mustBeShownSafe: z.array(Measure).readonly().default(["successRate", "latency", "quality"]),
  })
  .refine(({ maxSuccessRateDrop, successRateMargin }) => maxSuccessRateDrop <= successRateMargin, {
    error: "expected successRateMargin to be at least maxSuccessRateDrop",
    path: ["successRateMargin"],
  })
  .refine(({ maxQualityDrop, qualityMargin }) => maxQualityDrop <= qualityMargin, {
    error: "expected qualityMargin to be at least maxQualityDrop",
    path: ["qualityMargin"],
  })
  .readonly();
export type SuccessCriteria = z.infer<typeof SuccessCriteria>;

/** How a hypothesis is tested. */
export const TrialConfig = z
  .strictObject({
    /** Pairs of runs after which the test ends undecided. @default 400 */
    maxPairs: z.int().min(1).max(1_000_000).default(400),
    /** A candidate never passes on fewer pairs than this. @default 20 */
    minPairs: z.int().min(1).default(20),
    /**
     * Pairs that run first and do not count; they warm both arms up and give the scale of latency. More run, up
     * to ten times as many, for as long as the baseline still gets faster. @default 10
     */
    warmupPairs: z.int().min(1).default(10),
    /** A run that takes longer has failed, and counts as this slow. @default 60 */
    runTimeoutSeconds: z.number().positive().default(60),
    /** Probability that a candidate passes that improves nothing, and that a good one fails. @default 0.05 */
    risk: z.number().gt(0).lte(0.5).default(0.05),
    /** Of the random order of inputs and arms: the same seed gives the same order. @default 1 */
    seed: z.int().default(1),
    successCriteria: SuccessCriteria.prefault({}),
  })
  .refine(({ minPairs, maxPairs }) => minPairs <= maxPairs, {
    error: "expected minPairs to be at most maxPairs",
    path: ["minPairs"],
  })
  .readonly();
export type TrialConfig = z.infer<typeof TrialConfig>;
export type TrialConfigInput = z.input<typeof TrialConfig>;
