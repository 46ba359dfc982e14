import { historyBound, quantileBoundRank, runsForQuantileBound } from "@spark/evidence";
import { z } from "zod";
import { badAbove, measuredIn, oriented, worsened } from "./guard-reader.ts";
import { Severity } from "./guard-reading.ts";
import type { Comparison, GuardRule } from "./guard-rule.ts";
import type { RunRecord } from "@spark/graph";

/** What one sequential guard tests, fixed before the first run of the candidate. */
export const GuardTest = z
  .strictObject({
    /** The name of its rule. */
    guard: z.string(),
    severity: Severity,
    /** Which runs it is about: those beside a baseline, those without one, or all of the candidate's. */
    comparedWith: z.enum(["alongside", "before", "limit"]),
    /** Part of its severity's budget; the weights of the armed ones sum to 1. 0 where it is not armed. */
    weight: z.number().min(0).max(1),
    /** Why it cannot speak. */
    notArmed: z.string().exactOptional(),
    /** Tolerated ratio of the rates of bad runs, for tests against a baseline alongside. */
    ratio: z.number().positive().exactOptional(),
    /** Tolerated rate of bad runs. */
    nullRate: z.number().min(0).max(1).exactOptional(),
    /** A run that measures worse than this, in the guard's unit, is bad. */
    worseThan: z.number().exactOptional(),
    /** Least mean of scores from 0 to 1. A score below it is bad. */
    meanFloor: z.number().min(0).max(1).exactOptional(),
  })
  .readonly();
export type GuardTest = z.infer<typeof GuardTest>;

/** A test that has no weight yet. */
export type DraftedTest = Omit<GuardTest, "weight">;

/** What the live version showed before the start; and the risk that one bound taken from it may be wrong. */
export interface KnownBefore {
  /** Undefined where nothing was seen. */
  readonly runs: readonly RunRecord[] | undefined;
  readonly risk: number;
}

/** The tests of one guard: one for each comparison that the stages allow, or one against a fixed limit. */
export function draftTests(
  rule: GuardRule,
  comparisons: readonly ("alongside" | "before")[],
  before: KnownBefore,
): readonly DraftedTest[] {
  const { comparison, name: guard, severity } = rule;
  const about = { guard, severity };
  switch (comparison.kind) {
    case "success_floor":
      return [{ ...about, comparedWith: "limit", ...successFloor(comparison) }];
    case "mean_floor":
      return [{ ...about, comparedWith: "limit", ...meanFloor(comparison) }];
    case "rate":
      return comparisons.map((comparedWith) => ({
        ...about,
        comparedWith,
        ...(comparedWith === "alongside"
          ? { ratio: comparison.ratio }
          : rateBefore(rule, comparison, before)),
      }));
    case "quantile": {
      const bound = quantileBound(rule, comparison, before);
      return comparisons.map((comparedWith) => ({
        ...about,
        comparedWith,
        ...bound,
        // Beside a baseline, slow runs must also be the candidate's rather than everybody's.
        ...(comparedWith === "alongside" && !("notArmed" in bound) ? { ratio: 1 } : {}),
      }));
    }
  }
}

/** Whether a test takes a bound from history, which costs a part of that budget. */
export function isBoundByHistory({ comparison: { kind } }: GuardRule): boolean {
  return kind === "rate" || kind === "quantile";
}

type Limits = Pick<DraftedTest, "notArmed" | "nullRate" | "worseThan" | "meanFloor">;

const noHistory: Limits = { notArmed: "no runs of the live version were seen before the start" };

function successFloor({ floor }: Extract<Comparison, { readonly kind: "success_floor" }>): Limits {
  return floor > 0 ? { nullRate: 1 - floor } : { notArmed: "minSuccessRate 0 allows every failure" };
}

function meanFloor({ floor }: Extract<Comparison, { readonly kind: "mean_floor" }>): Limits {
  return floor > 0 ? { meanFloor: floor } : { notArmed: "a floor of 0 allows every score" };
}

function rateBefore(
  rule: GuardRule,
  { ratio }: Extract<Comparison, { readonly kind: "rate" }>,
  { runs, risk }: KnownBefore,
): Limits {
  if (runs === undefined) return noHistory;
  const measured = measuredIn(rule, runs);
  if (measured.length === 0) return silent(rule);
  const hits = measured.filter((value) => value > badAbove).length;
  const bound = historyBound({ history: { hits, trials: measured.length }, ratio, risk });
  return bound.armed ? { nullRate: bound.test.nullRate } : { notArmed: bound.reason };
}

/**
 * The limit is the margin on top of the order statistic that bounds the baseline's quantile; for a guard of
 * which less is worse everything is mirrored.
 */
function quantileBound(
  rule: GuardRule,
  comparison: Extract<Comparison, { readonly kind: "quantile" }>,
  { runs, risk }: KnownBefore,
): Limits {
  if (runs === undefined) return noHistory;
  const measured = measuredIn(rule, runs).toSorted((a, b) => a - b);
  if (measured.length === 0) return silent(rule);
  const quantile = rule.direction === "higher_is_worse" ? comparison.quantile : 1 - comparison.quantile;
  const rank = quantileBoundRank(measured.length, { quantile, risk });
  if (rank === undefined) {
    const needed = runsForQuantileBound({ quantile, risk });
    return {
      notArmed: `bounding the baseline's quantile takes ${needed} runs of history, there are ${measured.length}`,
    };
  }
  const { margin, negligible = Number.NEGATIVE_INFINITY } = comparison;
  const limit = Math.max(worsened(measured[rank - 1] as number, margin), negligible);
  return { nullRate: 1 - quantile, worseThan: oriented(rule, limit) };
}

function silent({ name }: GuardRule): Limits {
  return { notArmed: `no run of the live version before the start said anything of ${name}` };
}
