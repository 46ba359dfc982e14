import type { RunRecord } from "@spark/graph";
import type { GuardRule } from "./guard-rule.ts";

/**
 * Reads one guard's measurements, and survives a guard that fails.
 *
 * A measurement is a number that is worse the larger it is (1 for a bad run, 0 for one that is not), whatever
 * the guard's own direction: so everything after this is written once.
 */
export class GuardReader {
  readonly rule: GuardRule;
  #unread = 0;
  #because: string | undefined;

  constructor(rule: GuardRule) {
    this.rule = rule;
  }

  /** Runs that could not be read, and what was wrong with the first of them; undefined while all is well. */
  get unread(): { readonly runs: number; readonly because: string } | undefined {
    return this.#because === undefined ? undefined : { runs: this.#unread, because: this.#because };
  }

  /** NaN where the run says nothing. */
  measure(run: RunRecord): number {
    const { read, comparison, direction } = this.rule;
    try {
      const value = read(run);
      if (value === undefined) return Number.NaN;
      const counts = comparison.kind === "rate" || comparison.kind === "success_floor";
      if (counts && typeof value === "boolean") return value === (direction === "higher_is_worse") ? 1 : 0;
      if (!counts && typeof value === "number" && Number.isFinite(value)) return oriented(this.rule, value);
      return this.#note(`expected ${counts ? "a boolean" : "a finite number"}, got ${String(value)}`);
    } catch (error) {
      return this.#note(String(error));
    }
  }

  #note(because: string): number {
    this.#unread += 1;
    this.#because ??= because;
    return Number.NaN;
  }
}

/** What runs measured, without those that said nothing. */
export function measuredIn(rule: GuardRule, runs: readonly RunRecord[]): readonly number[] {
  const reader = new GuardReader(rule);
  return runs.map((run) => reader.measure(run)).filter((value) => !Number.isNaN(value));
}

/** A value turned so that larger is worse; and back. */
export function oriented({ direction }: Pick<GuardRule, "direction">, value: number): number {
  return direction === "higher_is_worse" ? value : -value;
}

/** Where bad begins: half between 0 and 1 for rates. Everything above it is bad. */
export const badAbove = 0.5;

/** A measurement that is `margin` worse than another, relative; larger is worse, below 0 too. */
export function worsened(measured: number, margin: number): number {
  return measured + margin * Math.abs(measured);
}
