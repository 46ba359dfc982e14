import type { Bottleneck, FailurePattern } from "@spark/rsi-model";

const most = 3;

/** What there is to gain, one sentence for each of the worst bottlenecks and failures. */
export function describeOpportunities(
  bottlenecks: readonly Bottleneck[],
  failures: readonly FailurePattern[],
): readonly string[] {
  return [
    ...bottlenecks.slice(0, most).map(describeBottleneck),
    ...failures.slice(0, most).map(describeFailure),
  ];
}

const sentences = {
  high_latency: ({ latencyShare = 0, avgDuration = 0, p95Duration = 0 }) =>
    `takes ${percent(latencyShare)} of the time a run waits (mean ${seconds(avgDuration)}, p95 ${seconds(p95Duration)})`,
  high_error_rate: ({ errorRate = 0, failures = 0, executions = 0 }) =>
    `fails in ${percent(errorRate)} of its executions (${failures} of ${executions})`,
  high_cost: ({ costShare = 0, costPerRun = 0, costOfOtherRuns = 0 }) =>
    `accounts for ${percent(costShare)} of all cost: a run through it costs ${round(costPerRun)}, any other ${round(costOfOtherRuns)}`,
} satisfies Record<Bottleneck["issue"], (metrics: Record<string, number>) => string>;

function describeBottleneck({ nodeId, issue, metrics }: Bottleneck): string {
  return `Node "${nodeId}" ${sentences[issue](metrics)}.`;
}

function describeFailure({ nodeId, errorType, count, sampleMessages }: FailurePattern): string {
  const [message] = sampleMessages;
  const example = message === undefined ? "" : `, for example: ${message}`;
  return `"${nodeId}" failed ${count} ${count === 1 ? "time" : "times"} with ${errorType}${example}`;
}

function percent(fraction: number): string {
  return `${round(fraction * 100)} %`;
}

function seconds(value: number): string {
  return value < 1 ? `${round(value * 1000)} ms` : `${round(value)} s`;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
