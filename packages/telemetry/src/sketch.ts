import { SparkError } from "@spark/graph";
import { binCount, binOf, binValue, lowestIndex, relativeError, upperEdge } from "./log-bins.ts";
import { LatencyHistogramJson } from "./sketch-json.ts";

/**
 * Counts latencies in bins with fixed edges, about 2 % apart, from 1 µs to 10,000 s.
 *
 * Quantiles are within 1 % of the exact ones, and the counts above an edge are exact. Since the edges are the
 * same everywhere, merging adds counts: the result is that of one histogram which saw everything, in any
 * order. Below 1 µs and above 10,000 s all share one bin, whose quantiles are the minimum and the maximum.
 *
 * Memory is fixed (9 KiB); `add` takes constant time; reading, merging and clearing touch only the bins
 * between the minimum and the maximum.
 */
export class LatencyHistogram {
  readonly #counts = new Float64Array(binCount);
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  /** How many latencies were added. */
  get count(): number {
    return this.#count;
  }

  /** Sum of all latencies, in seconds. */
  get sum(): number {
    return this.#sum;
  }

  /** The shortest latency in seconds, exact; undefined while empty. */
  get min(): number | undefined {
    return this.#count === 0 ? undefined : this.#min;
  }

  /** The longest latency in seconds, exact; undefined while empty. */
  get max(): number | undefined {
    return this.#count === 0 ? undefined : this.#max;
  }

  /**
   * Counts one latency.
   *
   * @throws SparkError `invalid_input` for a negative or not finite number; nothing is counted then.
   */
  add(seconds: number): void {
    const bin = binOf(seconds);
    this.#counts[bin] = (this.#counts[bin] as number) + 1;
    this.#count += 1;
    this.#sum += seconds;
    if (seconds < this.#min) this.#min = seconds;
    if (seconds > this.#max) this.#max = seconds;
  }

  /** Adds everything `other` has counted; `other` stays as it is. */
  merge(other: LatencyHistogram): void {
    if (other.#count === 0) return;
    const last = binOf(other.#max);
    for (let bin = binOf(other.#min); bin <= last; bin += 1) {
      this.#counts[bin] = (this.#counts[bin] as number) + (other.#counts[bin] as number);
    }
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** Forgets everything. */
  clear(): void {
    if (this.#count === 0) return;
    this.#counts.fill(0, binOf(this.#min), binOf(this.#max) + 1);
    this.#count = 0;
    this.#sum = 0;
    this.#min = Infinity;
    this.#max = -Infinity;
  }

  /**
   * The latency in seconds at quantile `q`, within 1 %; undefined while empty.
   *
   * The rank is floor(q × (count - 1)) in ascending order, as in DDSketch: 0 is the minimum, 1 the maximum.
   *
   * @throws SparkError `invalid_input` when `q` is not in [0, 1].
   */
  quantile(q: number): number | undefined {
    if (!(q >= 0 && q <= 1)) {
      throw new SparkError("invalid_input", `A quantile must be a number from 0 to 1, got ${q}.`);
    }
    if (this.#count === 0) return undefined;
    const rank = q * (this.#count - 1);
    const last = binOf(this.#max);
    let bin = binOf(this.#min);
    let seen = this.#counts[bin] as number;
    while (seen <= rank && bin < last) {
      bin += 1;
      seen += this.#counts[bin] as number;
    }
    return Math.min(Math.max(binValue(bin), this.#min), this.#max);
  }

  /**
   * How many latencies were longer than the first edge at or above `seconds`: exact for an edge (see
   * {@link edgeAtOrAbove}), never too many for anything else.
   */
  countAbove(seconds: number): number {
    if (this.#count === 0 || seconds >= this.#max) return 0;
    const last = binOf(this.#max);
    let above = 0;
    for (let bin = binOf(seconds) + 1; bin <= last; bin += 1) above += this.#counts[bin] as number;
    return above;
  }

  /** The counts as data; only bins that hold something are listed. */
  toJSON(): LatencyHistogramJson {
    const bins: [number, number][] = [];
    this.#counts.forEach((count, bin) => {
      if (count > 0) bins.push([bin + lowestIndex, count]);
    });
    return this.#count === 0
      ? { relativeError, bins }
      : { relativeError, bins, sum: this.#sum, min: this.#min, max: this.#max };
  }

  /**
   * The histogram that `toJSON` described.
   *
   * @throws SparkError `invalid_input` listing every fault of a document that no histogram can have written.
   */
  static fromJSON(json: unknown): LatencyHistogram {
    const parsed = LatencyHistogramJson.safeParse(json);
    if (!parsed.success) {
      const faults = parsed.error.issues.map(
        ({ path, message }) => `${path.join(".") || "document"}: ${message}`,
      );
      throw new SparkError("invalid_input", `Not a latency histogram. ${faults.join("; ")}`, {
        cause: parsed.error,
        details: { faults },
      });
    }
    const histogram = new LatencyHistogram();
    const { bins, sum = 0, min = Infinity, max = -Infinity } = parsed.data;
    for (const [index, count] of bins) {
      histogram.#counts[index - lowestIndex] = count;
      histogram.#count += count;
    }
    histogram.#sum = sum;
    histogram.#min = min;
    histogram.#max = max;
    return histogram;
  }
}

/**
 * The first edge at or above a latency in seconds, at most 2.1 % higher: the limit to count against when the
 * count must be exact. At least about 1 µs; Infinity above 10,000 s.
 *
 * @throws SparkError `invalid_input` for a negative or not finite number.
 */
export function edgeAtOrAbove(seconds: number): number {
  return upperEdge(binOf(seconds));
}
