import type { RunRecord } from "@spark/graph";
import { SparkError } from "@spark/graph";
import { z } from "zod";
import type { Metrics, ResourceUsage } from "./metrics.ts";
import { LatencyHistogramJson } from "./sketch-json.ts";
import { LatencyHistogram } from "./sketch.ts";

const MeanJson = z.strictObject({ count: z.int().nonnegative(), sum: z.number() });
type MeanJson = z.infer<typeof MeanJson>;

/** What a {@link RunTally} has counted, to be kept over the end of a process. */
export const RunTallyJson = z
  .strictObject({
    latency: LatencyHistogramJson,
    errors: z.int().nonnegative(),
    streak: z.int().nonnegative(),
    cost: MeanJson,
    tokens: MeanJson,
    quality: MeanJson,
  })
  .readonly();
export type RunTallyJson = z.infer<typeof RunTallyJson>;

/** The metrics of some runs, given in the order of their ends, collected over `windowSeconds`. */
export function summarize(records: Iterable<RunRecord>, windowSeconds: number): Metrics {
  const tally = new RunTally();
  for (const record of records) tally.add(record);
  return tally.toMetrics(windowSeconds);
}

/**
 * Counters over runs, from which {@link Metrics} are read. Memory is fixed, whatever the traffic; `add` takes
 * constant time and allocates nothing.
 */
export class RunTally {
  readonly #latency = new LatencyHistogram();
  readonly #cost = new Mean();
  readonly #tokens = new Mean();
  readonly #quality = new Mean();
  #errors = 0;
  #streak = 0;

  /** How many runs were counted. */
  get runs(): number {
    return this.#latency.count;
  }

  /** How many of them failed. */
  get errors(): number {
    return this.#errors;
  }

  /** Failures in a row up to the run that was added last. */
  get consecutiveFailures(): number {
    return this.#streak;
  }

  /** Latencies in seconds of all runs, failed ones included. To be read, not to be added to. */
  get latency(): Pick<
    LatencyHistogram,
    "count" | "sum" | "min" | "max" | "quantile" | "countAbove" | "toJSON"
  > {
    return this.#latency;
  }

  /**
   * Counts one run. Runs are to be added in the order of their ends.
   *
   * @throws SparkError `invalid_input` when its duration is not a finite number at or above 0; nothing is
   * counted then.
   */
  add(record: RunRecord): void {
    this.#latency.add(record.durationMs / 1000);
    if (record.ok) {
      this.#streak = 0;
    } else {
      this.#errors += 1;
      this.#streak += 1;
    }
    if (record.cost !== undefined) this.#cost.add(record.cost);
    if (record.tokens !== undefined) this.#tokens.add(record.tokens);
    if (record.quality !== undefined) this.#quality.add(record.quality);
  }

  /**
   * Adds everything `later` has counted; `later` stays as it is. Counts, means and quantiles do not depend on
   * the order of merging; for `consecutiveFailures` the runs of `later` are taken to have ended after these.
   */
  merge(later: RunTally): void {
    this.#streak = later.#errors === later.runs ? this.#streak + later.runs : later.#streak;
    this.#errors += later.#errors;
    this.#latency.merge(later.#latency);
    this.#cost.merge(later.#cost);
    this.#tokens.merge(later.#tokens);
    this.#quality.merge(later.#quality);
  }

  /** Everything counted, as JSON of a few kilobytes at the most. */
  toJSON(): RunTallyJson {
    return {
      latency: this.#latency.toJSON(),
      errors: this.#errors,
      streak: this.#streak,
      cost: this.#cost.toJSON(),
      tokens: this.#tokens.toJSON(),
      quality: this.#quality.toJSON(),
    };
  }

  /** The tally that gave this JSON. Throws what `LatencyHistogram.fromJSON` throws. */
  static fromJSON(json: RunTallyJson): RunTally {
    const tally = new RunTally();
    tally.#latency.merge(LatencyHistogram.fromJSON(json.latency));
    tally.#errors = json.errors;
    tally.#streak = json.streak;
    tally.#cost.restore(json.cost);
    tally.#tokens.restore(json.tokens);
    tally.#quality.restore(json.quality);
    return tally;
  }

  /** Forgets everything. */
  clear(): void {
    this.#errors = 0;
    this.#streak = 0;
    this.#latency.clear();
    this.#cost.clear();
    this.#tokens.clear();
    this.#quality.clear();
  }

  /**
   * What the counted runs showed over a time of `windowSeconds`.
   *
   * @throws SparkError `invalid_input` when `windowSeconds` is negative or not finite.
   */
  toMetrics(windowSeconds: number, resources?: ResourceUsage): Metrics {
    if (!(windowSeconds >= 0 && windowSeconds < Infinity)) {
      throw new SparkError(
        "invalid_input",
        `Metrics need the seconds they were collected over, a finite number at or above 0, got ${windowSeconds}.`,
      );
    }
    const { runs } = this;
    const [cost, tokens, quality] = [this.#cost.value, this.#tokens.value, this.#quality.value];
    return {
      runs,
      errors: this.#errors,
      errorRate: runs === 0 ? 0 : this.#errors / runs,
      successRate: runs === 0 ? 0 : (runs - this.#errors) / runs,
      avgLatency: runs === 0 ? 0 : this.#latency.sum / runs,
      p50Latency: this.#latency.quantile(0.5) ?? 0,
      p95Latency: this.#latency.quantile(0.95) ?? 0,
      p99Latency: this.#latency.quantile(0.99) ?? 0,
      throughput: windowSeconds === 0 ? 0 : runs / windowSeconds,
      consecutiveFailures: this.#streak,
      windowSeconds,
      ...(cost !== undefined && { cost }),
      ...(tokens !== undefined && { tokens }),
      ...(quality !== undefined && { quality }),
      ...(resources !== undefined && { resources }),
    };
  }
}

/** Mean over the runs that reported a value. */
class Mean {
  #count = 0;
  #sum = 0;

  get value(): number | undefined {
    return this.#count === 0 ? undefined : this.#sum / this.#count;
  }

  add(value: number): void {
    this.#count += 1;
    this.#sum += value;
  }

  merge(other: Mean): void {
    this.#count += other.#count;
    this.#sum += other.#sum;
  }

  toJSON(): MeanJson {
    return { count: this.#count, sum: this.#sum };
  }

  restore({ count, sum }: MeanJson): void {
    this.#count = count;
    this.#sum = sum;
  }

  clear(): void {
    this.#count = 0;
    this.#sum = 0;
  }
}
