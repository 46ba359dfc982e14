import { JsonObject, type JsonValue, SparkError } from "@spark/graph";
import { z } from "zod";
import type { DeploymentStatus } from "./deployment.ts";

const statuses = [
  "in_progress",
  "completed",
  "rolled_back",
  "failed",
  "aborted",
  "rejected",
] as const satisfies readonly DeploymentStatus[];

/** How a deployment of a hypothesis turned out, as far as learning from it needs to know. */
export const DeploymentOutcome = z
  .strictObject({
    deploymentId: z.string().min(1).exactOptional(),
    status: z.enum(statuses),
    /** True only for a deployment that was kept; never for one that was rolled back. */
    successful: z.boolean(),
    rolledBack: z.boolean(),
    rollbackReason: z.string().exactOptional(),
    failureReason: z.string().exactOptional(),
    strategy: z.string().exactOptional(),
    deployedVersion: z.string().exactOptional(),
    baselineMetrics: JsonObject.exactOptional(),
    deployedMetrics: JsonObject.exactOptional(),
    /** What else was said, but for the spec, its diff and the verdicts, which have places of their own. */
    extra: JsonObject.exactOptional(),
  })
  .readonly();
export type DeploymentOutcome = z.infer<typeof DeploymentOutcome>;

/** Where each field is found in the seed's outcomes, a deployment's result, and documents of the Python project. */
const spellings = {
  deploymentId: ["deploymentId", "deployment_id"],
  rollbackReason: ["rollbackReason", "rollback_reason"],
  failureReason: ["failureReason", "failure_reason", "error", "errorMessage", "error_message"],
  strategy: ["strategy"],
  deployedVersion: ["deployedVersion", "deployed_version", "versionId"],
  baselineMetrics: ["baselineMetrics", "baseline_metrics"],
  deployedMetrics: ["deployedMetrics", "deployed_metrics", "metrics"],
} as const;

const verdictKeys = ["success", "successful", "status", "rolledBack", "rolled_back"] as const;
const storedElsewhere = [
  "modifiedSpec",
  "modified_spec",
  "diff",
  "verdicts",
  "deploymentRecord",
  "deployment_record",
];
const known = new Set<string>([...Object.values(spellings).flat(), ...verdictKeys, ...storedElsewhere]);

/**
 * Reads an outcome in any shape it comes in: the seed's `{ success, deployment_id, metrics }`, the whole
 * result of a deployment, or what the Python project writes; camelCase or snake_case.
 *
 * @throws SparkError `invalid_input` when it is no JSON object, or does not say how it ended.
 */
export function readOutcome(value: unknown): DeploymentOutcome {
  const raw = asJsonObject(value);
  const rolledBack = flag(raw, "rolledBack", "rolled_back") ?? raw["status"] === "rolled_back";
  const claimed = flag(raw, "successful", "success");
  const status = statusOf(raw, { rolledBack, claimed });
  const fields = Object.entries(spellings).flatMap(([field, keys]) => {
    const key = keys.find((key) => raw[key] !== undefined && raw[key] !== null);
    return key === undefined ? [] : [[field, raw[key]] as const];
  });
  const extra = Object.entries(raw).filter(([key]) => !known.has(key));
  const parsed = DeploymentOutcome.safeParse({
    ...Object.fromEntries(fields),
    status,
    successful: status === "completed" && claimed !== false && !rolledBack,
    rolledBack,
    ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra) }),
  });
  if (parsed.success) return parsed.data;
  throw new SparkError("invalid_input", `The outcome is not acceptable:\n${z.prettifyError(parsed.error)}`, {
    cause: parsed.error,
  });
}

/** What is known of one deployment after another report of it; a rollback, once told, stays. */
export function mergeOutcomes(earlier: DeploymentOutcome, later: DeploymentOutcome): DeploymentOutcome {
  const rolledBack = earlier.rolledBack || later.rolledBack;
  return {
    ...earlier,
    ...later,
    rolledBack,
    status: rolledBack ? "rolled_back" : later.status,
    successful: later.successful && !rolledBack,
  };
}

function statusOf(
  raw: JsonObject,
  { rolledBack, claimed }: { readonly rolledBack: boolean; readonly claimed: boolean | undefined },
): DeploymentStatus {
  if (rolledBack) return "rolled_back";
  const status = raw["status"];
  if (status !== undefined && status !== null) {
    const found = statuses.find((one) => one === status);
    if (found) return found;
    throw new SparkError(
      "invalid_input",
      `The outcome's status is ${JSON.stringify(status)}; expected one of ${statuses.join(", ")}.`,
    );
  }
  if (claimed !== undefined) return claimed ? "completed" : "failed";
  throw new SparkError(
    "invalid_input",
    `The outcome does not say how it ended; expected one of the keys ${verdictKeys.join(", ")}, got ${
      Object.keys(raw).join(", ") || "none"
    }.`,
  );
}

function flag(raw: JsonObject, ...keys: readonly string[]): boolean | undefined {
  for (const key of keys) {
    const value = raw[key];
    if (typeof value === "boolean") return value;
    if (value !== undefined && value !== null) {
      throw new SparkError(
        "invalid_input",
        `The outcome's ${key} is ${JSON.stringify(value)}; expected a boolean.`,
      );
    }
  }
  return undefined;
}

/** Only what is kept is looked at, so that a result may carry a whole spec at no cost. */
function asJsonObject(value: unknown): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SparkError(
      "invalid_input",
      `Expected the outcome as an object such as { success: true, deploymentId }, got ${
        value === null ? "null" : Array.isArray(value) ? "a list" : typeof value
      }.`,
    );
  }
  const kept = Object.entries(value).filter(([key]) => !storedElsewhere.includes(key));
  return JSON.parse(JSON.stringify(Object.fromEntries(kept))) as { [key: string]: JsonValue };
}
