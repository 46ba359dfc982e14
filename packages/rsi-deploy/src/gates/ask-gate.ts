import type { Approver } from "../approver.ts";
import type { Course } from "../course.ts";
import type { GateQuestion } from "./gate-question.ts";

/**
 * Puts a gate's question to whoever is to open it; the answer comes in like a person's command. The question's
 * key is the same however often it is put, also by another process. Never rejects.
 */
export async function askGate(
  course: Course,
  gate: {
    readonly about: { readonly index: number; readonly name: string };
    readonly approver: Approver;
    readonly deadlineAt: number;
    /** Aborts when the gate is decided otherwise. */
    readonly signal: AbortSignal;
    readonly onUnanswered: (reason: string) => void;
  },
): Promise<void> {
  const { journal, environment, inbox } = course;
  const { about, deadlineAt, signal } = gate;
  const question = questionOf(course, about);
  const { idempotencyKey } = question;
  journal.note({ type: "gate_waiting", gate: about.name, deadlineAt, idempotencyKey });
  try {
    const answer = await environment.gateKeeper.ask(gate.approver, question, signal);
    if ("unanswered" in answer) {
      gate.onUnanswered(answer.unanswered);
      return;
    }
    const { approved, by, reason = approved ? "approved" : "refused" } = answer;
    await inbox.push(
      approved
        ? { type: "promote", scope: "stage", expectedStage: about.index, by, reason }
        : { type: "abort", by, reason },
    );
  } catch {
    // The gate was decided, or its deadline passed, before the answer came.
  }
}

function questionOf(
  { rollout, lastVerdict }: Course,
  stage: { readonly index: number; readonly name: string },
): GateQuestion {
  const { deploymentId, hypothesis, candidate } = rollout;
  return {
    idempotencyKey: `${deploymentId}:${stage.index}`,
    deploymentId,
    hypothesisId: hypothesis.hypothesisId,
    graphId: hypothesis.graphId,
    stage,
    versionId: candidate.versionId,
    ...(lastVerdict === undefined ? {} : { verdict: lastVerdict }),
  };
}
