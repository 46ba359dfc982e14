import { SparkError } from "@spark/graph";
import { z } from "zod";
import { Severity } from "./guards/guard-reading.ts";
import { Stage } from "./stage.ts";

const seconds = z.number().positive();
const share = z.number().gt(0).lte(1);

/**
 * How a deployment goes about it. Every field has a default; the first ten are those of the seed.
 *
 * Shares, rates and probabilities are fractions from 0 to 1, durations are seconds.
 */
export const DeploymentConfig = z
  .strictObject({
    /** `direct`: all traffic at once; `canary`: in growing shares; `shadow`: unseen first; `stages`: as `stages` says. @default "direct" */
    strategy: z.enum(["direct", "canary", "shadow", "stages"]).default("direct"),
    /** How long each stage is watched. @default 300 */
    monitoringDurationSeconds: seconds.default(300),
    /** How often the runs are judged; guards that count every run do not wait for it. @default 10 */
    monitoringIntervalSeconds: seconds.default(10),
    /** Error rate may be this much higher than the baseline's, relative: 0.5 tolerates 50 % more. @default 0.5 */
    maxErrorRateIncrease: z.number().nonnegative().default(0.5),
    /** Latency may be this many times the baseline's; `sequential` calls no run slow that takes at most 0.1 ms. @default 2 */
    maxLatencyMultiplier: z.number().positive().default(2),
    /** Success rate must not fall below this, whatever the baseline. @default 0.7 */
    minSuccessRate: z.number().min(0).max(1).default(0.7),
    /** The median cost a run may be this much higher than the baseline's, relative; unguarded where it is left out. */
    maxCostIncrease: z.number().nonnegative().exactOptional(),
    /** The mean quality, 0 to 1, must not fall below this; unguarded where it is left out. */
    minQuality: z.number().min(0).lt(1).exactOptional(),
    /** More than this many failures in a row end a deployment at once. @default 5 */
    failureThreshold: z.int().min(1).default(5),
    /** The first share of a canary, where it is to differ from the first of `canaryStages`. */
    canaryPercentage: share.optional(),
    /** The shares of a canary; the last is watched at full traffic. @default [0.1, 0.25, 0.5, 1] */
    canaryStages: z.array(share).min(1).readonly().default([0.1, 0.25, 0.5, 1]),
    /** Share of the live runs a shadow repeats on the candidate. @default 1 */
    shadowShare: share.default(1),
    /** What follows a shadow that found no difference. @default "canary" */
    shadowThen: z.enum(["direct", "canary", "stop"]).default("canary"),
    /** Share of compared pairs that may differ before a shadow stops the deployment. @default 0.01 */
    maxDisagreement: z.number().min(0).max(1).default(0.01),
    /** Numbers in compared outputs may differ by this much, relative. @default 0 */
    numericTolerance: z.number().min(0).lt(1).default(0),
    /** The stages of the strategy `stages`. */
    stages: z.array(Stage).min(1).readonly().optional(),

    /**
     * `sequential`: a guard trips when the evidence against the candidate bounds the chance of a false
     * rollback, however often one looks; `threshold`: the seed's plain comparison in each window.
     * @default "sequential"
     */
    decision: z.enum(["sequential", "threshold"]).default("sequential"),
    /** Chance that a candidate within its margins is rolled back all the same; `sequential` only. @default 0.05 */
    falseRollbackProbability: z.number().gt(0).lte(0.5).default(0.05),
    /** Bad runs of the candidate it takes at least before the evidence takes it back. @default 3 */
    minimumFailures: z.int().min(1).default(3),
    /** Runs of the candidate a stage needs before it can end well. @default 30 */
    minimumRuns: z.int().min(1).default(30),
    /** A stage with too few runs is extended by at most this multiple of its duration. @default 1 */
    maxExtension: z.number().nonnegative().default(1),
    /** What happens when even then there were too few. @default "rollback" */
    onInsufficientEvidence: z.enum(["rollback", "hold", "promote"]).default("rollback"),
    /** How long a stage that waits for a person waits before it is rolled back. @default 86400 */
    holdTimeoutSeconds: seconds.default(86_400),
    /** End a watched stage early once safety is shown as surely as harm would have to be. @default false */
    promoteEarly: z.boolean().default(false),
    /** Share of the traffic that stays on the baseline during `direct`, to compare with. @default 0 */
    holdbackShare: z.number().min(0).lt(1).default(0),
    /**
     * What it does when the traffic is not split as planned, which is shown wrongly once in 1,000 deployments:
     * then the versions are not compared fairly. @default "hold"
     */
    onSampleRatioMismatch: Severity.default("hold"),
    /** What happens when another deployment of this graph is under way. @default "reject" */
    onConflict: z.enum(["reject", "queue", "supersede"]).default("reject"),
    /** What happens on a rollback to runs under way on the candidate. @default "finish" */
    inFlight: z.enum(["finish", "abort"]).default("finish"),
    /** The same for runs under way on the baseline when the candidate takes all traffic. @default "finish" */
    inFlightOnSwitch: z.enum(["finish", "abort"]).default("finish"),
    /** Refuse hypotheses of high and critical risk that come without an approval. @default false */
    requireReview: z.boolean().default(false),
    /**
     * How long the log, the database or the version store may take to answer. One that does not answer is not
     * waited for: a step forward is not made, and an ending is not `recorded`. @default 30
     */
    answerTimeoutSeconds: seconds.default(30),
    /** How long a controller's right to decide outlives it where it could not let go of it. @default 30 */
    leaseSeconds: seconds.default(30),
    /** How many replaced versions are kept ready to go back to. @default 3 */
    keepVersions: z.int().nonnegative().default(3),
  })
  .superRefine((config, context) => {
    for (const { path, message } of contradictions(config)) {
      context.addIssue({ code: "custom", path: [path], message, input: config[path] });
    }
  })
  .readonly();
export type DeploymentConfig = z.infer<typeof DeploymentConfig>;
/** A configuration as a person writes it: what has a default may be left out. */
export type DeploymentConfigInput = z.input<typeof DeploymentConfig>;

/** Reads a configuration. Throws `invalid_config` that names every field, what was expected and what came. */
export function readDeploymentConfig(input: unknown = {}): DeploymentConfig {
  const parsed = DeploymentConfig.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "(config)"}: ${message}`,
  );
  throw new SparkError("invalid_config", `DeploymentConfig: ${faults.join("; ")}`, { details: { faults } });
}

interface Contradiction {
  readonly path: "monitoringDurationSeconds" | "canaryStages" | "canaryPercentage" | "stages" | "strategy";
  readonly message: string;
}

function contradictions(config: {
  readonly strategy: string;
  readonly monitoringDurationSeconds: number;
  readonly monitoringIntervalSeconds: number;
  readonly canaryStages: readonly number[];
  readonly canaryPercentage?: number | undefined;
  readonly stages?: readonly Stage[] | undefined;
}): readonly Contradiction[] {
  const { monitoringDurationSeconds: duration, monitoringIntervalSeconds: interval } = config;
  const found: Contradiction[] = [];
  if (duration < interval) {
    found.push({
      path: "monitoringDurationSeconds",
      message: `expected at least one interval (${interval} s), got ${duration} s`,
    });
  }
  if (!ascends(config.canaryStages)) {
    found.push({
      path: "canaryStages",
      message: `expected growing shares, got ${config.canaryStages.join(", ")}`,
    });
  }
  if ((config.strategy === "stages") !== (config.stages !== undefined)) {
    found.push({ path: "stages", message: 'expected with the strategy "stages", and only there' });
  }
  const shares = (config.stages ?? []).flatMap((stage) => (stage.kind === "watch" ? [stage.share] : []));
  if (!ascends(shares)) {
    found.push({ path: "stages", message: `expected shares that do not fall, got ${shares.join(", ")}` });
  }
  return found;
}

function ascends(shares: readonly number[]): boolean {
  return shares.every((share, at) => at === 0 || share >= (shares[at - 1] as number));
}
