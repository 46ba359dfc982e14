import { Metrics, ResourceUsage } from "@spark/telemetry";
import { DeploymentRecord } from "./deployment.ts";
import {
  checkDocument,
  isObject,
  readPart,
  snakeCase,
  type SparkPart,
  sparkPart,
  writePart,
} from "./spark-document.ts";

const metricsPart = sparkPart(Metrics.unwrap(), { within: { resources: sparkPart(ResourceUsage.unwrap()) } });
const metricsFields = new Set(["baselineMetrics", "deployedMetrics"]);

const shapes = new Map<string, readonly string[]>(
  DeploymentRecord.options.map((option) => {
    const { shape } = option.unwrap();
    return [shape.status.value, Object.keys(shape).filter((field) => field !== "extra")];
  }),
);

const recordPart: SparkPart = {
  fields: [...new Set([...shapes.values()].flat())],
  within: { baselineMetrics: metricsPart, deployedMetrics: metricsPart },
  times: ["startedAt", "completedAt"],
};

/** What stands in for a text the Python project did not write down. */
const notRecorded = "not recorded";
const texts = new Set(["decidedBy", "rollbackReason", "errorMessage", "abortReason"]);

/**
 * Reads a deployment record of the Python project.
 *
 * It has no graph id, which is therefore given. A record that says `failed` and has a rollback reason was
 * rolled back, and is read so: the original loses that status. Metrics that are not all of ours (the original
 * keeps three numbers), and fields that do not belong to the status, are kept in `extra`.
 *
 * @throws SparkError `invalid_input` that lists every fault with its path in the document.
 */
export function readSparkDeploymentRecord(
  json: unknown,
  { graphId }: { readonly graphId: string },
): DeploymentRecord {
  const read = readPart(json, recordPart);
  if (!isObject(read) || !isObject(json)) return checkDocument(read, DeploymentRecord, "deployment record");
  const wasRolledBack = read["status"] === "failed" && read["rollbackReason"] !== undefined;
  const status = wasRolledBack ? "rolled_back" : read["status"];
  const wanted = shapes.get(String(status)) ?? recordPart.fields;
  const fields: Record<string, unknown> = { graphId, status };
  const extra: Record<string, unknown> = { ...(read["extra"] as object | undefined) };
  for (const field of recordPart.fields) {
    const value = read[field] ?? (texts.has(field) && wanted.includes(field) ? notRecorded : undefined);
    if (value === undefined || field === "status") continue;
    const fits = wanted.includes(field) && (!metricsFields.has(field) || Metrics.safeParse(value).success);
    if (fits) fields[field] = value;
    else extra[snakeCase(field)] = json[snakeCase(field)];
  }
  return checkDocument(
    Object.keys(extra).length === 0 ? fields : { ...fields, extra },
    DeploymentRecord,
    "deployment record",
  );
}

/** Writes a deployment record as the Python project reads it, our fields beside its own. */
export function writeSparkDeploymentRecord(record: DeploymentRecord): unknown {
  return writePart(record, recordPart);
}
