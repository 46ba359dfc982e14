/** How many values are kept: enough for the tail quantiles people look at, sorted in about a millisecond. */
const capacity = 10_000;

/** The last 10,000 values of one side, from which a quantile or a mean is shown. */
export class RecentValues {
  readonly #ring: number[] = [];
  #next = 0;

  add(value: number): void {
    this.#ring[this.#next] = value;
    this.#next = (this.#next + 1) % capacity;
  }

  clear(): void {
    this.#ring.length = 0;
    this.#next = 0;
  }

  /** Undefined without values. */
  get mean(): number | undefined {
    const { length } = this.#ring;
    return length === 0 ? undefined : this.#ring.reduce((sum, value) => sum + value, 0) / length;
  }

  /** The value that a share of the others does not exceed; undefined without values. */
  quantile(share: number): number | undefined {
    return quantileOf(
      this.#ring.toSorted((a, b) => a - b),
      share,
    );
  }
}

/** The quantile of values in ascending order, by nearest rank. */
function quantileOf(ascending: readonly number[], share: number): number | undefined {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)];
}
