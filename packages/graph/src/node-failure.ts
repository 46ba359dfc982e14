import { errorType } from "./policies.ts";
import type { RunError } from "./run-record.ts";
import { SparkError, isSparkError } from "./spark-error.ts";

/** A node that failed for good. */
export interface NodeFailure {
  readonly nodeId: string;
  /** The number of the last attempt. */
  readonly attempt: number;
  readonly cause: unknown;
}

/** The error of a run whose node failed: says which node, which attempt, which cause. */
export function nodeFailure({ nodeId, attempt, cause }: NodeFailure): SparkError {
  const { type, message } = told(cause);
  const tries = attempt > 1 ? ` on attempt ${attempt}` : "";
  return new SparkError("node_failed", `Node "${nodeId}" failed${tries}: ${message}`, {
    cause,
    details: { type, message, nodeId, attempt } satisfies RunError,
  });
}

/** Why a run failed, as its record says it. */
export function runError(error: unknown): RunError {
  if (isSparkError(error, "node_failed")) return error.details as unknown as RunError;
  return told(error);
}

/** What was thrown, in words. Anything can be, also what has none: a run must not be held up by it. */
function told(thrown: unknown): Pick<RunError, "type" | "message"> {
  try {
    return {
      type: errorType(thrown),
      message: String(thrown instanceof Error ? thrown.message : thrown),
    };
  } catch {
    return { type: "Error", message: "Something was thrown that has no text." };
  }
}
