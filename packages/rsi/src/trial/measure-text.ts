import type { Measure } from "./trial-config.ts";

interface Difference {
  readonly measure: Measure;
  readonly difference: number;
  readonly lower: number;
  readonly upper: number;
  readonly baseline: number;
}

const names: Readonly<Record<Measure, string>> = {
  successRate: "success rate",
  latency: "mean latency",
  quality: "mean quality",
  cost: "mean cost",
};

/** Units of a difference and of a value, and what they are times the measure's own. */
const units: Readonly<Record<Measure, { readonly of: readonly [string, string]; readonly factor: number }>> =
  {
    successRate: { of: [" points", " %"], factor: 100 },
    latency: { of: [" ms", " ms"], factor: 1000 },
    quality: { of: [" points", " %"], factor: 100 },
    cost: { of: ["", ""], factor: 1 },
  };

/** One measure in words: `mean latency -30 ms (95 % interval -35 to -24) from 100 ms`. */
export function describeMeasure(
  { measure, difference, lower, upper, baseline }: Difference,
  confidence: number,
): string {
  const { of, factor } = units[measure];
  const text = (value: number): string => String(Number((value * factor).toPrecision(3)));
  const sign = difference > 0 ? "+" : "";
  return (
    `${names[measure]} ${sign}${text(difference)}${of[0]} ` +
    `(${Math.round(confidence * 100)} % interval ${text(lower)} to ${text(upper)}) from ${text(baseline)}${of[1]}`
  );
}
