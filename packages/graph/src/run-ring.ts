import { LiveRunRecord, type Reported, type Route } from "./live-run-record.ts";
import type { RunError, RunRecord } from "./run-record.ts";
import type { NodeTimes } from "./trace.ts";

/** Records in one piece of memory; pieces are added as the ring fills. */
const rows = 1024;

/** So many records are taken apart at a time: few enough to be in the processor's caches still. */
const mostFresh = 16;

/** What is kept of a record: so many numbers, so many references. */
const numbers = 4;
const references = 6;

/**
 * The last records of a live graph, the oldest making room.
 *
 * Thousands of objects that live for minutes are what garbage collection is slow at. So a record is taken apart,
 * its numbers into lists of numbers, the rest (mostly shared by many runs) beside them, and a new one is made when
 * somebody asks. Records from elsewhere are kept as they are.
 */
export class RunRing {
  readonly capacity: number;
  readonly #pieces: Piece[] = [];
  /** The records that were added last, still in one piece: many are taken apart quicker than one by one. */
  #fresh: RunRecord[] = [];
  /** Where the next record goes; once the ring is full the oldest is there until then. */
  #next = 0;
  #size = 0;

  /** @param capacity - Records to keep, a whole number above 0. */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return Math.min(this.#size + this.#fresh.length, this.capacity);
  }

  /** Keeps a record. Constant time. */
  add(record: RunRecord): void {
    this.#fresh.push(record);
    if (this.#fresh.length >= mostFresh) this.#takeApart();
  }

  #takeApart(): void {
    for (const record of this.#fresh) this.#put(record);
    this.#fresh = [];
  }

  #put(record: RunRecord): void {
    const at = this.#next;
    const piece = (this.#pieces[Math.floor(at / rows)] ??= new Piece());
    piece.put(at % rows, record);
    this.#next = at + 1 === this.capacity ? 0 : at + 1;
    if (this.#size < this.capacity) this.#size += 1;
  }

  /** The kept records, the one added last first. */
  *newestFirst(): Generator<RunRecord> {
    this.#takeApart();
    for (let back = 1; back <= this.#size; back += 1) {
      const at = (this.#next - back + this.capacity) % this.capacity;
      yield (this.#pieces[Math.floor(at / rows)] as Piece).get(at % rows);
    }
  }
}

class Piece {
  readonly #numbers = new Float64Array(rows * numbers);
  readonly #references: unknown[] = Array.from({ length: rows * references }, () => undefined);

  put(row: number, record: RunRecord): void {
    const at = row * references;
    const kept = this.#references;
    if (!(record instanceof LiveRunRecord)) {
      kept.fill(undefined, at, at + references);
      kept[at] = record;
      return;
    }
    const { times } = record;
    const shared = typeof times === "number";
    const counted = this.#numbers;
    const from = row * numbers;
    counted[from] = record.sequence;
    counted[from + 1] = record.startedAt;
    counted[from + 2] = record.durationMs;
    counted[from + 3] = shared ? times : 0;
    kept[at] = record.route;
    kept[at + 1] = record.key;
    kept[at + 2] = record.path;
    kept[at + 3] = shared ? undefined : times;
    kept[at + 4] = record.error;
    kept[at + 5] = reportedBy(record);
  }

  get(row: number): RunRecord {
    const at = row * references;
    const [route, key, path, times, error, reports] = this.#references.slice(at, at + references);
    if (path === undefined) return route as RunRecord;
    const [sequence, startedAt, durationMs, sharedTime] = this.#numbers.subarray(row * numbers);
    return new LiveRunRecord(
      route as Route,
      {
        sequence: sequence as number,
        key: key as string | undefined,
        startedAt: startedAt as number,
        reports: reports as Reported | undefined,
      },
      {
        durationMs: durationMs as number,
        error: error as RunError | undefined,
        path: path as readonly number[],
        times: (times ?? sharedTime) as NodeTimes,
      },
    );
  }
}

function reportedBy({ cost, tokens, quality, scores }: RunRecord): Reported | undefined {
  const isSilent =
    cost === undefined && tokens === undefined && quality === undefined && scores === undefined;
  return isSilent ? undefined : { cost, tokens, quality, scores };
}
