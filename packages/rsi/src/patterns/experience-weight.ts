import { type Experience, hasFailed, hasSucceeded } from "@spark/rsi-model";

/** What an experience says about a question: that it went well, that it did not, or nothing. */
export type Answer = "good" | "bad" | undefined;

/** Was the change worth having? Kept in service is good; a failed test, a rollback, a refusal by the rules is bad. */
export function worth(experience: Experience): Answer {
  if (hasSucceeded(experience)) return "good";
  return hasFailed(experience) || wasRefused(experience) ? "bad" : undefined;
}

/** Did the test show an improvement? A test that could not tell says nothing. */
export function improvement({ testResult }: Experience): Answer {
  if (testResult?.comparison === undefined || testResult.status === "inconclusive") return undefined;
  return testResult.comparison.isImprovement ? "good" : "bad";
}

/** Did the change, once it had traffic, stay? */
export function staying(experience: Experience): Answer {
  if (hasSucceeded(experience)) return "good";
  return experience.deployments.some(({ rolledBack }) => rolledBack) ? "bad" : undefined;
}

/** True where the validator or a reviewer said no; a refusal for being late or out of turn is none of the change's. */
export function wasRefused({ status, outcome }: Experience): boolean {
  const phase = outcome?.extra?.["phase"];
  return status === "rejected" && (phase === "validation" || phase === "review");
}

/** How much an experience counts: half as much with every half-life that has passed since. */
export function weightOf(experience: Experience, nowMs: number, halfLifeDays: number): number {
  const days = Math.max(0, nowMs - experience.timestamp) / 86_400_000;
  return 0.5 ** (days / halfLifeDays);
}
