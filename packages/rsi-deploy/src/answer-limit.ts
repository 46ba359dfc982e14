import { type Clock, SparkError } from "@spark/graph";
import type { DeploymentLease, DeploymentLog, OutcomeRecorder, VersionStore } from "./ports.ts";

/** How long to wait for the answer of a port. */
export interface AnswerLimit {
  readonly clock: Clock;
  readonly seconds: number;
}

/**
 * The answer of a call, or the error that none has come in time. Nobody waits for it then; what the call has done
 * or may yet do is uncertain.
 */
function answerInTime<Answer>(
  call: () => Promise<Answer>,
  { what, clock, seconds }: AnswerLimit & { readonly what: string },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stop = clock.schedule(seconds * 1000, () => {
      reject(
        new SparkError(
          "no_answer",
          `${what} did not answer within ${seconds} s (answerTimeoutSeconds). It may have been done all the same.`,
          { details: { what, seconds } },
        ),
      );
    });
    const settled = (async () => call())();
    settled.then(resolve, reject).finally(stop);
  });
}

/** A recorder that answers in time, or rejects. */
export function recorderInTime(recorder: OutcomeRecorder, limit: AnswerLimit): OutcomeRecorder {
  const what = "The database";
  return {
    storeHypothesis: (hypothesis) =>
      answerInTime(() => recorder.storeHypothesis(hypothesis), { ...limit, what }),
    updateTestResults: (report) => answerInTime(() => recorder.updateTestResults(report), { ...limit, what }),
    updateDeploymentOutcome: (report) =>
      answerInTime(() => recorder.updateDeploymentOutcome(report), { ...limit, what }),
  };
}

/** A log that answers in time, or rejects. */
export function logInTime(log: DeploymentLog, limit: AnswerLimit): DeploymentLog {
  const what = "The deployment log";
  return {
    appendDeploymentEvent: (event) =>
      answerInTime(() => log.appendDeploymentEvent(event), { ...limit, what }),
    readDeployment: (id) => answerInTime(() => log.readDeployment(id), { ...limit, what }),
    openDeployments: () => answerInTime(() => log.openDeployments(), { ...limit, what }),
  };
}

/** A version store that answers in time, or rejects. */
export function versionsInTime(versions: VersionStore, limit: AnswerLimit): VersionStore {
  const what = "The version store";
  return {
    storeVersion: (version) => answerInTime(() => versions.storeVersion(version), { ...limit, what }),
  };
}

/** A lease desk that answers in time, or rejects. */
export function leaseInTime(lease: DeploymentLease, limit: AnswerLimit): DeploymentLease {
  const what = "The lease";
  return {
    takeLease: (claim) => answerInTime(() => lease.takeLease(claim), { ...limit, what }),
    renewLease: (renewal) => answerInTime(() => lease.renewLease(renewal), { ...limit, what }),
    releaseLease: (held) => answerInTime(() => lease.releaseLease(held), { ...limit, what }),
  };
}
