import type { GuardRule } from "./guard-rule.ts";
import type { Side } from "./guard-reading.ts";
import { oriented } from "./guard-reader.ts";
import { RecentValues } from "./recent-values.ts";

/** What one guard has seen of one side: how many runs said something, how many were bad, and the last values. */
export class SideTally {
  runs = 0;
  hits = 0;
  readonly #rule: GuardRule;
  readonly #values: RecentValues | undefined;

  constructor(rule: GuardRule) {
    this.#rule = rule;
    const { kind } = rule.comparison;
    const measures = kind === "mean_floor" || (kind === "quantile" && rule.ofMetrics === undefined);
    this.#values = measures ? new RecentValues() : undefined;
  }

  add(measured: number, bad: boolean): void {
    this.runs += 1;
    if (bad) this.hits += 1;
    this.#values?.add(measured);
  }

  clear(): void {
    this.restore({ runs: 0, hits: 0 });
    this.#values?.clear();
  }

  restore({ runs, hits }: { readonly runs: number; readonly hits: number }): void {
    this.runs = runs;
    this.hits = hits;
  }

  /** The rate, quantile or mean that the guard is about, with the counts behind it. */
  get side(): Side {
    const { runs, hits } = this;
    if (runs === 0) return { runs };
    if (this.#rule.comparison.kind === "rate") return { value: hits / runs, hits, runs };
    if (this.#rule.comparison.kind === "success_floor")
      return { value: (runs - hits) / runs, hits: runs - hits, runs };
    const value = this.#value();
    return value === undefined ? { runs } : { value, runs };
  }

  #value(): number | undefined {
    const { comparison, direction } = this.#rule;
    if (this.#values === undefined) return undefined;
    const measured =
      comparison.kind === "quantile"
        ? this.#values.quantile(
            direction === "higher_is_worse" ? comparison.quantile : 1 - comparison.quantile,
          )
        : this.#values.mean;
    return measured === undefined ? undefined : oriented(this.#rule, measured);
  }
}
