import type { DeploymentResult } from "@spark/rsi-deploy";
import type { ReviewOutcome } from "../review/review-outcome.ts";
import type { PatternReport } from "../patterns/pattern-extractor-node.ts";
import type { CaseOutcome } from "./case-outcome.ts";
import type { Phase, PhaseNote } from "./cycle.ts";
import type { CycleDeployment } from "./deploy-node.ts";
import type { LearnedCycle } from "./learn-node.ts";

/** What became of one hypothesis in one cycle. */
export interface HypothesisOutcome {
  readonly hypothesisId: string;
  readonly hypothesisType: string;
  readonly rationale: string;
  /** The last phase it reached. */
  readonly phase: Phase;
  readonly status: "deployed" | "not_deployed" | "passed" | "stopped" | "waiting" | "broken";
  /** Why it went no further; absent where it was deployed. */
  readonly reason?: string;
  readonly riskLevel?: string;
  readonly review?: ReviewOutcome["status"];
  readonly testStatus?: string;
}

/** What happened in one cycle. */
export interface CycleResult {
  /** False where a station broke. A cycle that finds nothing to improve has gone well. */
  readonly success: boolean;
  readonly graphId: string;
  /** `versionId` at the start of the cycle, and at its end. */
  readonly versionBefore: string;
  readonly versionAfter: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The last phase in which something happened but learning; where nothing was deployed, the reason stands beside it. */
  readonly stoppedAt?: Phase;
  readonly reason?: string;
  readonly phases: readonly PhaseNote[];
  readonly hypotheses: readonly HypothesisOutcome[];
  readonly deployments: readonly CycleDeployment[];
  readonly hypothesesDeployed: number;
  readonly learned?: PatternReport;
}

/** What the end of a cycle comes to. */
export function readCycleEnd({
  end,
  learned,
}: LearnedCycle): Pick<
  CycleResult,
  "success" | "stoppedAt" | "reason" | "hypotheses" | "deployments" | "hypothesesDeployed" | "learned"
> {
  const nothing = { hypotheses: [], deployments: [], hypothesesDeployed: 0, ...(learned && { learned }) };
  if ("error" in end) {
    const { nodeId, message } = end.error;
    return { success: false, stoppedAt: phaseOfStation(nodeId), reason: message, ...nothing };
  }
  if (!("cases" in end)) return { success: true, stoppedAt: "analysis", reason: end.reason, ...nothing };
  const deployments = "deployments" in end ? end.deployments : [];
  const passedOver = new Map(end.unacceptable.map(({ hypothesisId, reason }) => [hypothesisId, reason]));
  const hypotheses = end.cases.flatMap((one) => outcomeOf(one, deployments, passedOver) ?? []);
  const kept = deployments.filter(({ result }) => result.success);
  return {
    success: hypotheses.every(({ status }) => status !== "broken"),
    ...(kept.length > 0 ? {} : lastStop(hypotheses)),
    hypotheses,
    deployments,
    hypothesesDeployed: kept.length,
    ...(learned && { learned }),
  };
}

const order = ["analysis", "generation", "validation", "review", "testing", "ranking", "deployment"] as const;

/** The furthest any hypothesis got. */
function lastStop(hypotheses: readonly HypothesisOutcome[]): Pick<CycleResult, "stoppedAt" | "reason"> {
  if (hypotheses.length === 0) return { stoppedAt: "generation", reason: "no hypothesis stands" };
  const place = ({ phase }: HypothesisOutcome): number => order.findIndex((one) => one === phase);
  const [furthest] = [...hypotheses].sort((a, b) => place(b) - place(a));
  if (furthest === undefined) return {};
  return { stoppedAt: furthest.phase, ...(furthest.reason === undefined ? {} : { reason: furthest.reason }) };
}

function outcomeOf(
  one: CaseOutcome,
  deployments: readonly CycleDeployment[],
  unacceptable: ReadonlyMap<string, string>,
): HypothesisOutcome | undefined {
  if (one.outcome === "empty") return undefined;
  if (one.outcome === "broken") {
    const { hypothesis, phase, reason } = one;
    return hypothesis && { ...aboutHypothesis(hypothesis), status: "broken", phase, reason };
  }
  const { hypothesis, validation, review, testResult } = one.case;
  const about = {
    ...aboutHypothesis(hypothesis),
    ...(validation && { riskLevel: validation.riskLevel }),
    ...(review && { review: review.status }),
    ...(testResult && { testStatus: testResult.status }),
  };
  if (one.outcome === "stopped") {
    const { phase, reason, isWaiting } = one;
    return { ...about, phase, reason, status: isWaiting ? "waiting" : "stopped" };
  }
  const result = deployments.find(({ hypothesisId }) => hypothesisId === hypothesis.hypothesisId)?.result;
  const unfit = unacceptable.get(hypothesis.hypothesisId);
  if (unfit !== undefined) return { ...about, phase: "ranking", status: "not_deployed", reason: unfit };
  return result === undefined ? { ...about, ...undeployed(deployments) } : { ...about, ...deployed(result) };
}

function deployed(result: DeploymentResult): Pick<HypothesisOutcome, "phase" | "status" | "reason"> {
  return result.success
    ? { phase: "deployment", status: "deployed" }
    : { phase: "deployment", status: "not_deployed", reason: `${result.status}: ${result.error}` };
}

function undeployed(
  deployments: readonly CycleDeployment[],
): Pick<HypothesisOutcome, "phase" | "status" | "reason"> {
  const first = deployments.find(({ result }) => result.success);
  return first === undefined
    ? { phase: "ranking", status: "passed", reason: "passed its test and was not deployed" }
    : { phase: "deployment", status: "not_deployed", reason: `${first.hypothesisId} was deployed first` };
}

function aboutHypothesis(hypothesis: {
  readonly hypothesisId: string;
  readonly hypothesisType: string;
  readonly rationale: string;
}): Pick<HypothesisOutcome, "hypothesisId" | "hypothesisType" | "rationale"> {
  const { hypothesisId, hypothesisType, rationale } = hypothesis;
  return { hypothesisId, hypothesisType, rationale };
}

function phaseOfStation(nodeId: string): Phase {
  if (nodeId === "propose") return "generation";
  return nodeId === "deploy" ? "deployment" : "analysis";
}
