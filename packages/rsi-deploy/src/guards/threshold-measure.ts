import type { RunRecord } from "@spark/graph";
import type { CountedRun } from "./counted-run.ts";
import { badAbove, GuardReader, oriented, worsened } from "./guard-reader.ts";
import type { GuardReading, Side } from "./guard-reading.ts";
import type { GuardRule } from "./guard-rule.ts";
import { SideTally } from "./side-tally.ts";
import { rounding, tooFew } from "./threshold-readings.ts";

/**
 * A guard beside the seed's, taken literally: the window's rate, quantile or mean against its limit.
 *
 * - `rate`: bad runs of the candidate more than `ratio` times as frequent as the baseline's
 * - `quantile`: more than `margin` worse than the baseline's
 * - `mean_floor`: below the floor
 */
export class ThresholdMeasure {
  readonly rule: GuardRule;
  readonly #reader: GuardReader;
  readonly #minimumRuns: number;
  readonly #candidate: SideTally;
  readonly #alongside: SideTally;
  readonly #before: SideTally;

  /** @param options.before - The baseline's runs before the start. */
  constructor(
    rule: GuardRule,
    options: { readonly minimumRuns: number; readonly before: readonly RunRecord[] },
  ) {
    this.rule = rule;
    this.#reader = new GuardReader(rule);
    this.#minimumRuns = options.minimumRuns;
    this.#candidate = new SideTally(rule);
    this.#alongside = new SideTally(rule);
    this.#before = new SideTally(rule);
    for (const run of options.before) this.#add(this.#before, run);
  }

  count({ record, side }: CountedRun): void {
    this.#add(side === "candidate" ? this.#candidate : this.#alongside, record);
  }

  read(comparedWith: "alongside" | "before" | "test"): GuardReading {
    const { name, severity, unit, comparison } = this.rule;
    const floor = comparison.kind === "mean_floor" ? comparison.floor : undefined;
    const compared = comparedWith === "alongside" ? this.#alongside : this.#before;
    const baseline = floor === undefined ? compared.side : { runs: 0 };
    const candidate = this.#candidate.side;
    const why = this.#notArmed(floor === undefined ? baseline : undefined);
    const limit = floor ?? this.#limit(baseline);
    return {
      guard: name,
      severity,
      ...(why === undefined ? { armed: true } : { armed: false, notArmed: why }),
      comparedWith: floor === undefined ? comparedWith : "limit",
      unit,
      ...(limit === undefined ? {} : { limit }),
      baseline,
      candidate,
      ...(this.#reader.unread === undefined ? {} : { unread: this.#reader.unread }),
      breached: why === undefined && limit !== undefined && this.#isWorse(limit, baseline),
    };
  }

  clear(): void {
    this.#candidate.clear();
    this.#alongside.clear();
  }

  #add(tally: SideTally, run: RunRecord): void {
    const measured = this.#reader.measure(run);
    if (!Number.isNaN(measured)) tally.add(measured, measured > badAbove);
  }

  #notArmed(baseline: Side | undefined): string | undefined {
    if (this.#candidate.runs < this.#minimumRuns) return tooFew(this.#candidate.runs, this.#minimumRuns);
    return baseline?.runs === 0
      ? `no run of the baseline that says anything of ${this.rule.name}`
      : undefined;
  }

  #limit({ value }: Side): number | undefined {
    const { comparison } = this.rule;
    if (value === undefined) return undefined;
    if (comparison.kind === "rate") return value * comparison.ratio;
    if (comparison.kind !== "quantile") return undefined;
    return oriented(this.rule, worsened(oriented(this.rule, value), comparison.margin));
  }

  /** Rates are compared by counts, not as quotients. */
  #isWorse(limit: number, baseline: Side): boolean {
    const { comparison } = this.rule;
    const { runs, hits } = this.#candidate;
    if (comparison.kind === "rate") {
      return hits * baseline.runs > comparison.ratio * (baseline.hits ?? 0) * runs * rounding;
    }
    const value = this.#candidate.side.value ?? limit;
    const [measured, most] = [oriented(this.rule, value), oriented(this.rule, limit)];
    return measured > most + Math.abs(most) * (rounding - 1);
  }
}
