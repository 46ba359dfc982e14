import { percent } from "../stage.ts";
import type { GuardReading } from "./guard-reading.ts";

/** Failures and runs of one side. */
export interface FailureCounts {
  readonly failures: number;
  readonly runs: number;
}

/** Both versions fail more than they may; taking the candidate back would only look like a remedy. */
export interface BothUnhealthy {
  /** The one that is to serve until a person decides. */
  readonly better: "baseline" | "candidate";
  /** In words, with both rates. */
  readonly reason: string;
}

/**
 * Which of two failing versions serves on: the baseline where the candidate is shown to be worse, else the one
 * with the lower observed failure rate, the baseline on a tie. Pure.
 */
export function bothUnhealthy(seen: {
  /** The success rate that both are below. */
  readonly floor: number;
  readonly baseline: FailureCounts;
  readonly candidate: FailureCounts;
  readonly candidateShownWorse: boolean;
}): BothUnhealthy {
  const { floor, baseline, candidate, candidateShownWorse } = seen;
  const fewer = candidate.failures * baseline.runs < baseline.failures * candidate.runs;
  const better = !candidateShownWorse && fewer ? "candidate" : "baseline";
  const why = candidateShownWorse
    ? "the candidate is shown to be the worse one"
    : fewer
      ? "it has failed less"
      : "the candidate has not failed less";
  return {
    better,
    reason:
      `both versions are below the success rate of ${percent(floor)}: ` +
      `the candidate fails in ${rate(candidate)}, the baseline alongside in ${rate(baseline)}; ` +
      `the ${better} serves all until a person decides, since ${why}`,
  };
}

/** Whether a breach says that the candidate fails, rather than that it does worse than the baseline. */
export function isOwnFailure({ guard, breached }: GuardReading): boolean {
  return breached && (guard === "success_rate" || guard === "consecutive_failures");
}

function rate({ failures, runs }: FailureCounts): string {
  const share = runs === 0 ? "none" : percent(Number((failures / runs).toPrecision(3)));
  return `${share} (${failures} of ${runs} runs)`;
}
