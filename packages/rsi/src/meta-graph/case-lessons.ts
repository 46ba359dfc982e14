import type { ImprovementHypothesis } from "@spark/rsi-model";
import type { CaseOutcome } from "./case-outcome.ts";

/** What a lane's end teaches, in one sentence. */
export function lessonOf(
  hypothesis: ImprovementHypothesis,
  ending: Exclude<CaseOutcome, { readonly outcome: "empty" | "broken" }>,
): string {
  const what = `${hypothesis.hypothesisType}${hypothesis.targetNode === undefined ? "" : ` of ${hypothesis.targetNode}`}`;
  const change = hypothesis.changes
    .flatMap((one) =>
      one.type === "node_config_update"
        ? [`${one.configPath} = ${JSON.stringify(one.newValue)}`]
        : [one.type],
    )
    .join(", ");
  if (ending.outcome === "passed") {
    const summary = ending.case.testResult.comparison?.summary ?? "";
    return `${what} (${change}) passed its test${summary === "" ? "" : `: ${summary}`}`;
  }
  return `${what} (${change}) stopped at ${ending.phase}: ${ending.reason}`;
}
