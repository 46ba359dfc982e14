import { isDeepStrictEqual } from "node:util";
import type { DeploymentReport } from "./child-message.ts";
import { expectedStatus } from "./log-faults.ts";

/** Everything in which the result, the traffic and the memory of a deployment are not as they should be. */
export function reportFaults(report: DeploymentReport): readonly string[] {
  const wanted = expectedStatus[report.intent];
  const serves = wanted === "completed" ? report.candidateVersion : report.baselineVersion;
  const { deployments, deployed } = report.experience;
  const expectations: readonly (readonly [what: string, found: unknown, right: unknown])[] = [
    ["status", report.status, wanted],
    ["recorded", report.recorded, true],
    ["plan in force", report.plan, { kind: "all", version: serves }],
    ["versions that serve", report.served, [serves]],
    ["active version of the record", report.activeVersion, serves],
    ["outcome kept with the version", report.candidateOutcome, wanted],
    [
      "outcomes remembered",
      deployments.map((outcome) => [outcome.deploymentId, outcome.status]),
      [[report.deploymentId, wanted]],
    ],
    ["believed to be deployed", deployed, wanted === "completed"],
  ];
  const faults = expectations
    .filter(([, found, right]) => !isDeepStrictEqual(found, right))
    .map(
      ([what, found, right]) => `${what}: expected ${JSON.stringify(right)}, got ${JSON.stringify(found)}`,
    );
  return faults.length > 0 && report.error !== undefined ? [...faults, `it said: ${report.error}`] : faults;
}
