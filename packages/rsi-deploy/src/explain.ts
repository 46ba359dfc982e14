import type { GuardReading, Side } from "./guards/guard-reading.ts";
import { percent } from "./stage.ts";

const names: Readonly<Record<string, string>> = {
  error_rate: "error rate",
  success_rate: "success rate",
  avg_latency: "mean latency",
  p50_latency: "median latency",
  p95_latency: "p95 latency",
  consecutive_failures: "consecutive failures",
  sample_ratio: "the candidate's share of the traffic",
};

const against = {
  alongside: "the baseline alongside",
  before: "the baseline before the switch",
  test: "the baseline of the test",
  limit: "",
} as const;

/**
 * A reading in words: `error rate 41.2 % (210 of 510 runs) against 2.1 % of the baseline alongside
 * (11 of 520 runs), limit 3.2 %; evidence 2.3e+5 to 1 where 25 to 1 decides`.
 */
export function explainReading(reading: GuardReading): string {
  const { guard, unit, baseline, candidate, limit, comparedWith, evidence } = reading;
  const name = names[guard] ?? guard;
  if (!reading.armed) return `${name}: not armed, ${reading.notArmed}${unreadOf(reading)}`;
  const versus =
    comparedWith === "limit" || baseline.runs === 0 || baseline.value === undefined
      ? ""
      : ` against ${side(baseline, unit)} of ${against[comparedWith]}${counts(baseline)}`;
  const word = guard === "sample_ratio" ? "planned" : "limit";
  const bound = limit === undefined ? "" : `, ${word} ${amount(limit, unit)}`;
  return `${name} ${side(candidate, unit)}${counts(candidate)}${versus}${bound}${odds(evidence)}${unreadOf(reading)}`;
}

/** A value with its unit: `2.1 %`, `12.3 ms`, `6`. */
export function amount(value: number, unit: GuardReading["unit"]): string {
  switch (unit) {
    case "share":
      return percent(Number(value.toPrecision(3)));
    case "seconds":
      return seconds(value);
    case "runs":
    case "value":
      return String(Number(value.toPrecision(4)));
  }
}

/** A duration for people: `850 µs`, `12.3 ms`, `4.2 s`. */
export function seconds(value: number): string {
  if (value === 0) return "0 ms";
  if (value < 0.001) return `${Number((value * 1e6).toPrecision(3))} µs`;
  return value < 1 ? `${Number((value * 1e3).toPrecision(3))} ms` : `${Number(value.toPrecision(3))} s`;
}

function side({ value }: Side, unit: GuardReading["unit"]): string {
  return value === undefined ? "nothing" : amount(value, unit);
}

function counts({ hits, runs }: Side): string {
  if (runs === 0) return "";
  return hits === undefined ? ` (${runs} runs)` : ` (${hits} of ${runs} runs)`;
}

function unreadOf({ unread }: GuardReading): string {
  return unread === undefined ? "" : `; could not read ${unread.runs} runs (${unread.because})`;
}

function odds(evidence: GuardReading["evidence"]): string {
  if (evidence === undefined) return "";
  return `; evidence ${ratio(evidence.log)} to 1 where ${ratio(evidence.required)} to 1 decides`;
}

function ratio(log: number): string {
  return log > 30 ? `10^${Math.round(log / Math.LN10)}` : Math.exp(log).toPrecision(3);
}
