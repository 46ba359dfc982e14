import { deepFreezeOnce } from "./deep-freeze.ts";
import { newestInAll, RowSet } from "./row-set.ts";

/** Takes a change back; changes are taken back in the reverse of their order. */
export type Undo = () => void;

/** What a table needs to know of its rows. */
export interface TableShape<Row> {
  keyOf(row: Row): string;
  /** What the row can be found by, such as `type:caching`. */
  facetsOf(row: Row): readonly string[];
  /** The row as JSON; the row itself where this is left out. */
  write?(row: Row): unknown;
  /** The row from what `write` gave. */
  read?(json: unknown): Row;
}

/** Rows as bytes of a snapshot; each is parsed when it is asked for first. */
export interface StoredRows {
  /** Key of each row; null where there is none any more. */
  readonly keys: readonly (string | null)[];
  readonly facets: ReadonlyMap<string, RowSet>;
  /** The JSON text of a row. */
  bytes(row: number): Uint8Array;
}

const none = new RowSet();

/**
 * Rows by key, in the order of their first storing, with an index of facets.
 *
 * Putting a row is O(its facets), whatever is stored; a query costs the rows it gives and an intersection
 * of bits. Rows given out are frozen.
 */
export class Table<Row extends object> {
  readonly #shape: TableShape<Row>;
  readonly #numbers = new Map<string, number>();
  /** Undefined: still among the stored rows. Null: removed. */
  readonly #rows: (Row | null | undefined)[];
  readonly #facets: Map<string, RowSet>;
  readonly #stored: StoredRows | undefined;

  constructor(shape: TableShape<Row>, stored?: StoredRows) {
    this.#shape = shape;
    this.#stored = stored;
    this.#facets = new Map(stored?.facets);
    const keys = stored?.keys ?? [];
    this.#rows = Array.from(keys, (key) => (key === null ? null : undefined));
    for (let number = 0; number < keys.length; number += 1) {
      const key = keys[number];
      if (typeof key === "string") this.#numbers.set(key, number);
    }
  }

  /** How many rows there are. */
  get size(): number {
    return this.#numbers.size;
  }

  /** The row, frozen. */
  get(key: string): Row | undefined {
    const row = this.peek(key);
    return row && deepFreezeOnce(row);
  }

  /** The row as it lies there, to make the next one from; not to be given out. */
  peek(key: string): Row | undefined {
    const number = this.#numbers.get(key);
    return number === undefined ? undefined : this.#at(number);
  }

  /** At most `limit` rows that have all of the facets, newest first; with no facets, of all rows. */
  newest(facets: readonly string[] = [], limit = Infinity): readonly Row[] {
    if (facets.length === 0) return this.#newestOfAll(limit);
    const sets = facets.map((facet) => this.#facets.get(facet) ?? none).sort((a, b) => a.size - b.size);
    return newestInAll(sets, limit).map((number) => deepFreezeOnce(this.#at(number)));
  }

  /** How many rows have the facet. */
  count(facet: string): number {
    return this.#facets.get(facet)?.size ?? 0;
  }

  /** Counts of all facets that begin with `prefix`, by the rest of their names. */
  counts(prefix: string): Record<string, number> {
    return Object.fromEntries(
      [...this.#facets]
        .filter(([facet, rows]) => facet.startsWith(prefix) && rows.size > 0)
        .map(([facet, rows]) => [facet.slice(prefix.length), rows.size]),
    );
  }

  /** Stores a row, in the place of the one with its key where there is one. */
  put(row: Row): Undo {
    const key = this.#shape.keyOf(row);
    const known = this.#numbers.get(key);
    if (known === undefined) {
      const number = this.#rows.push(row) - 1;
      this.#numbers.set(key, number);
      this.#index(number, undefined, row);
      return () => {
        this.#index(number, row, undefined);
        this.#numbers.delete(key);
        this.#rows.pop();
      };
    }
    const before = this.#at(known);
    this.#replace(known, before, row);
    return () => this.#replace(known, row, before);
  }

  /** The same from what `write` gave. */
  putJson(json: unknown): Undo {
    return this.put(this.#shape.read ? this.#shape.read(json) : (json as Row));
  }

  /** Forgets a row. */
  remove(key: string): Undo {
    const number = this.#numbers.get(key);
    if (number === undefined) return () => {};
    const row = this.#at(number);
    this.#numbers.delete(key);
    this.#rows[number] = null;
    this.#index(number, row, undefined);
    return () => {
      this.#numbers.set(key, number);
      this.#rows[number] = row;
      this.#index(number, undefined, row);
    };
  }

  /** The table as it is now, however it changes afterwards: what a snapshot is written from. */
  cut(): StoredRows {
    const keys: (string | null)[] = this.#rows.map(() => null);
    for (const [key, number] of this.#numbers) keys[number] = key;
    const rows = [...this.#rows];
    return {
      keys,
      facets: new Map([...this.#facets].map(([facet, set]) => [facet, new RowSet(set.copyChunks())])),
      bytes: (number) => {
        const row = rows[number];
        if (row === undefined && this.#stored) return this.#stored.bytes(number);
        return Buffer.from(JSON.stringify(row && (this.#shape.write?.(row) ?? row)));
      },
    };
  }

  #newestOfAll(limit: number): readonly Row[] {
    const rows: Row[] = [];
    for (let number = this.#rows.length - 1; number >= 0 && rows.length < limit; number -= 1) {
      if (this.#rows[number] !== null) rows.push(deepFreezeOnce(this.#at(number)));
    }
    return rows;
  }

  #at(number: number): Row {
    const row = this.#rows[number];
    if (row) return row;
    const bytes = this.#stored?.bytes(number) ?? new Uint8Array();
    const json: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
    return (this.#rows[number] = this.#shape.read ? this.#shape.read(json) : (json as Row));
  }

  #replace(number: number, before: Row, after: Row): void {
    this.#rows[number] = after;
    this.#index(number, before, after);
  }

  #index(number: number, before: Row | undefined, after: Row | undefined): void {
    const had = before ? this.#shape.facetsOf(before) : [];
    const has = after ? this.#shape.facetsOf(after) : [];
    for (const facet of had) if (!has.includes(facet)) this.#facets.get(facet)?.delete(number);
    for (const facet of has) {
      if (had.includes(facet)) continue;
      const rows = this.#facets.get(facet) ?? new RowSet();
      this.#facets.set(facet, rows);
      rows.add(number);
    }
  }
}
