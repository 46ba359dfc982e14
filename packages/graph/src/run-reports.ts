import { SparkError } from "./spark-error.ts";

/** What a node may say about its work; sums and means end up in the run's record. */
export interface Report {
  /** In the unit of your choice, the same everywhere. */
  readonly cost?: number;
  readonly tokens?: number;
  /** How good the result is, 0 to 1. */
  readonly quality?: number;
  /** Any other named measurement. */
  readonly scores?: Readonly<Record<string, number>>;
}

/** What the nodes of one run have reported so far. */
export class RunReports {
  cost: number | undefined;
  tokens: number | undefined;
  scores: Record<string, number> | undefined;
  #qualitySum = 0;
  #qualityCount = 0;

  /** Mean of the reported qualities. */
  get quality(): number | undefined {
    return this.#qualityCount === 0 ? undefined : this.#qualitySum / this.#qualityCount;
  }

  /** Throws `invalid_input` for what is no such number. */
  add({ cost, tokens, quality, scores }: Report): void {
    if (cost !== undefined) this.cost = (this.cost ?? 0) + finite("cost", cost);
    if (tokens !== undefined) this.tokens = (this.tokens ?? 0) + finite("tokens", tokens);
    if (quality !== undefined) {
      if (!(quality >= 0 && quality <= 1)) throw outOfRange("quality", quality, "a number from 0 to 1");
      this.#qualitySum += quality;
      this.#qualityCount += 1;
    }
    if (scores === undefined) return;
    this.scores ??= {};
    for (const [name, score] of Object.entries(scores)) this.scores[name] = finite(`scores.${name}`, score);
  }
}

function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw outOfRange(name, value, "a finite number");
  return value;
}

function outOfRange(name: string, value: unknown, expected: string): SparkError {
  return new SparkError(
    "invalid_input",
    `A node reported ${name}: expected ${expected}, got ${String(value)}.`,
  );
}
