import { type Arm, type RunRecord, RunRing, SparkError } from "@spark/graph";
import type { Observable, Subscription } from "rxjs";
import type { Metrics } from "./metrics.ts";
import { summarize } from "./summarize.ts";

/** Which of the remembered runs are asked for; what is absent restricts nothing. */
export interface RunQuery {
  readonly versionId?: string;
  readonly arm?: Arm;
  /** Runs that started at this time or later, in milliseconds since the Unix epoch. */
  readonly since?: number;
  /** At most this many, the ones that ended last. */
  readonly limit?: number;
}

/**
 * Remembers the last runs of one live graph, the oldest making room: what there is to compare with when a
 * change is switched on all at once.
 */
export class RunLog {
  readonly capacity: number;
  readonly #ring: RunRing;

  /**
   * @param options.capacity Runs to remember, at least 1. @default 10,000
   * @throws SparkError `invalid_config` when the capacity is not a whole number above 0.
   */
  constructor({ capacity = 10_000 }: { readonly capacity?: number } = {}) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) {
      throw new SparkError(
        "invalid_config",
        `A run log's capacity must be a whole number above 0, got ${capacity}.`,
      );
    }
    this.capacity = capacity;
    this.#ring = new RunRing(capacity);
  }

  /** How many runs are remembered now. */
  get size(): number {
    return this.#ring.size;
  }

  /** Remembers every run of the stream until the returned subscription is ended or the stream ends. */
  observe(runs$: Observable<RunRecord>): Subscription {
    return runs$.subscribe((record) => this.add(record));
  }

  /** Remembers one run. Constant time. */
  add(record: RunRecord): void {
    this.#ring.add(record);
  }

  /**
   * The remembered runs that match, in the order of their ends, oldest first.
   *
   * @throws SparkError `invalid_input` when `limit` is not a whole number at or above 0.
   */
  recent(query: RunQuery = {}): readonly RunRecord[] {
    const { versionId, arm, since = -Infinity, limit = this.capacity } = query;
    if (!Number.isSafeInteger(limit) || limit < 0) {
      throw new SparkError("invalid_input", `A limit must be a whole number at or above 0, got ${limit}.`);
    }
    const found: RunRecord[] = [];
    for (const record of this.#ring.newestFirst()) {
      if (found.length === limit) break;
      if (versionId !== undefined && record.versionId !== versionId) continue;
      if (arm !== undefined && record.arm !== arm) continue;
      if (record.startedAt >= since) found.push(record);
    }
    return found.reverse();
  }

  /**
   * Metrics of the remembered runs that match. Their window reaches from the first start to the last end, so
   * that runs the log has forgotten do not thin the throughput out.
   */
  metricsOf(query: RunQuery = {}): Metrics {
    const records = this.recent(query);
    let [first, last] = [Infinity, -Infinity];
    for (const { startedAt, durationMs } of records) {
      first = Math.min(first, startedAt);
      last = Math.max(last, startedAt + durationMs);
    }
    return summarize(records, records.length === 0 ? 0 : (last - first) / 1000);
  }
}
