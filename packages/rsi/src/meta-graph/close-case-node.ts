import type { NodeContext } from "@spark/graph";
import type { ImprovementHypothesis } from "@spark/rsi-model";
import { z } from "zod";
import { ContractNode } from "../contract-node.ts";
import { caseOf, HypothesisCase, IncomingCase, TestedCase } from "../hypothesis-case.ts";
import { lessonOf } from "./case-lessons.ts";
import { CaseOutcome } from "./case-outcome.ts";
import { cycleOf, type Phase } from "./cycle.ts";
import type { LoopMemory } from "./loop-memory.ts";
import { StationFailure } from "./station-failure.ts";

/** Any way a lane can end: through a gate, without a hypothesis, or with a station that broke. */
export const LaneEnd = z.union([
  z.strictObject({
    ...HypothesisCase.unwrap().shape,
    shouldContinue: z.boolean(),
    reason: z.string().exactOptional(),
  }),
  z.strictObject({ shouldContinue: z.literal(false), reason: z.string() }),
  StationFailure,
]);
export type LaneEnd = z.infer<typeof LaneEnd>;

/** Ends a lane: says how it ended, and has it remembered with its lessons, whatever the ending. */
export class CloseCaseNode extends ContractNode<typeof LaneEnd, typeof CaseOutcome> {
  readonly #memory: LoopMemory;

  constructor(memory: LoopMemory) {
    super("CloseCase", { input: LaneEnd, output: CaseOutcome });
    this.#memory = memory;
  }

  protected override async work(end: LaneEnd, { state }: NodeContext): Promise<CaseOutcome> {
    const ending = readEnding(end);
    const { note } = cycleOf(state);
    switch (ending.outcome) {
      case "empty":
        break;
      case "passed":
        note("testing", passedText(ending.case), ending.case.hypothesis.hypothesisId);
        await this.#rememberTest(ending.case, lessonOf(ending.case.hypothesis, ending));
        break;
      case "stopped": {
        note(ending.phase, ending.reason, ending.case.hypothesis.hypothesisId);
        if (ending.isWaiting) break;
        const lesson = lessonOf(ending.case.hypothesis, ending);
        const tested = TestedCase.safeParse(ending.case);
        if (tested.success) await this.#rememberTest(tested.data, lesson);
        else
          await this.#rememberEnd(ending.case.hypothesis, {
            ...ending,
            status: "rejected",
            lessons: [lesson],
          });
        break;
      }
      case "broken":
        note(ending.phase, ending.reason, ending.hypothesis?.hypothesisId);
        if (ending.hypothesis === undefined) break;
        await this.#rememberEnd(ending.hypothesis, { ...ending, status: "aborted", lessons: [] });
    }
    return ending;
  }

  async #rememberTest({ hypothesis, testResult }: TestedCase, lesson: string): Promise<void> {
    const { hypothesisId } = hypothesis;
    await this.#memory.updateTestResults({ hypothesisId, testResult, lessons: [lesson] });
  }

  async #rememberEnd(
    { hypothesisId }: ImprovementHypothesis,
    end: {
      readonly status: "rejected" | "aborted";
      readonly phase: Phase;
      readonly reason: string;
      readonly lessons: readonly string[];
    },
  ): Promise<void> {
    const { status, phase, reason, lessons } = end;
    await this.#memory.updateDeploymentOutcome({
      hypothesisId,
      deployed: false,
      outcome: { status, phase, failureReason: reason },
      lessons,
      patterns: [],
    });
  }
}

function passedText({ testResult: { numCandidateRuns, comparison } }: TestedCase): string {
  return `passed after ${numCandidateRuns} pairs: ${comparison?.summary ?? ""}`;
}

function readEnding(end: LaneEnd): CaseOutcome {
  if ("error" in end) return brokenEnding(end);
  if (!("hypothesis" in end)) return { outcome: "empty" };
  const { shouldContinue, reason = "no reason given", ...rest } = end;
  if (shouldContinue) return { outcome: "passed", case: TestedCase.parse(rest) };
  return {
    outcome: "stopped",
    phase: phaseReached(rest),
    reason,
    isWaiting: rest.review?.status === "pending",
    case: rest,
  };
}

function brokenEnding({ inputs, error }: StationFailure): CaseOutcome {
  const incoming = IncomingCase.safeParse(inputs);
  return {
    outcome: "broken",
    phase: incoming.success ? phaseAfter(caseOf(incoming.data)) : "generation",
    reason: error.message,
    ...(incoming.success ? { hypothesis: incoming.data.hypothesis } : {}),
  };
}

/** The last phase that has added its part. */
function phaseReached({ testResult, review }: HypothesisCase): Phase {
  if (testResult !== undefined) return "testing";
  return review === undefined ? "validation" : "review";
}

/** The phase that was to add its part next. */
function phaseAfter({ validation, review }: HypothesisCase): Phase {
  if (validation === undefined) return "validation";
  return review === undefined ? "review" : "testing";
}
