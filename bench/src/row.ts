import { median, spread } from "./statistics.ts";

/** What a figure must be: our cost as a multiple of the other's, or how many times less than the other's. */
export type Goal = { readonly atMost: number } | { readonly cheaperBy: number };

/** One line of the table. */
export interface Row {
  /** What was measured, and what was on while it was. */
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly contender: number;
  /** Who the contender is. */
  readonly against: string;
  /** Ours over theirs where the goal is `atMost`, theirs over ours where it is `cheaperBy`. */
  readonly ratio: number;
  /** Middle half of the rounds' ratios, as a fraction of their median; absent for what is counted, not timed. */
  readonly spread?: number;
  readonly goal?: Goal;
  readonly met?: boolean;
}

/** What a row is about. */
export interface Subject {
  readonly what: string;
  readonly against: string;
  readonly goal?: Goal;
  readonly unit?: string;
  /** The laps are of this many pieces of work at once; the row shows one. @default 1 */
  readonly per?: number;
}

/** A row from timed rounds; `ours` and `theirs` hold one figure a round, in the same order of rounds. */
export function timedRow(subject: Subject, ours: readonly number[], theirs: readonly number[]): Row {
  const { what, against, goal, unit = "µs", per = 1 } = subject;
  const inverse = goal !== undefined && "cheaperBy" in goal;
  const ratios = between(ours, theirs, (mine, other) => (inverse ? other / mine : mine / other));
  const figures = { ours: median(ours) / per, contender: median(theirs) / per };
  return judged({ what, against, unit, ...figures, ratio: median(ratios), spread: spread(ratios) }, goal);
}

/** Something of the laps of two contenders, round by round. */
export function between(
  ours: readonly number[],
  theirs: readonly number[],
  of: (mine: number, other: number) => number,
): readonly number[] {
  return ours.map((mine, round) => of(mine, theirs[round] as number));
}

/** A row from two single figures, such as bytes. */
export function countedRow(subject: Subject, ours: number, theirs: number): Row {
  const { what, against, goal, unit = "bytes", per = 1 } = subject;
  const inverse = goal !== undefined && "cheaperBy" in goal;
  const figures = { ours: ours / per, contender: theirs / per };
  return judged({ what, against, unit, ...figures, ratio: inverse ? theirs / ours : ours / theirs }, goal);
}

function judged(row: Row, goal: Goal | undefined): Row {
  if (goal === undefined) return row;
  return { ...row, goal, met: "atMost" in goal ? row.ratio <= goal.atMost : row.ratio >= goal.cheaperBy };
}
