import { deepFreezeOnce } from "./deep-freeze.ts";
import { FacetIndex, type Facets } from "./facet-index.ts";
import { newestInAll, type RowSet } from "./row-set.ts";

/** Takes a change back; changes are taken back in the reverse of their order. */
export type Undo = () => void;

/** What a table needs to know of its rows. */
export interface TableShape<Row> {
  keyOf(row: Row): string;
  facetsOf(row: Row): Facets;
  /** The row as JSON; the row itself where this is left out. */
  write?(row: Row): unknown;
  /** The row from what `write` gave. */
  read?(json: unknown): Row;
}

/** Rows as bytes of a snapshot; each is parsed when it is asked for first, and so are their keys. */
export interface StoredRows {
  /** How many there are, with those that were removed. */
  readonly count: number;
  readonly removed: readonly number[];
  /** Key of each row; null where it was removed. */
  keys(): readonly (string | null)[];
  /** The table that is made from them takes it over. */
  readonly facets: FacetIndex;
  /** The JSON text of a row; none where it was removed. */
  bytes(row: number): Uint8Array;
}

/**
 * Rows by key, in the order of their first storing, with an index of facets.
 *
 * Putting a row is O(its facets), whatever is stored; a query costs the rows it gives and an intersection
 * of bits. Rows given out are frozen.
 */
export class Table<Row extends object> {
  readonly #shape: TableShape<Row>;
  /** The number of each key; undefined until somebody asks for one. */
  #byKey: Map<string, number> | undefined;
  /** Undefined: still among the stored rows. Null: removed. */
  readonly #rows: (Row | null | undefined)[];
  /** Rows that have been given out, which are frozen; asking each whether it is costs more than finding it. */
  readonly #given: (Row | undefined)[] = [];
  readonly #facets: FacetIndex;
  readonly #stored: StoredRows | undefined;

  constructor(shape: TableShape<Row>, stored?: StoredRows) {
    this.#shape = shape;
    this.#stored = stored;
    this.#facets = stored?.facets ?? new FacetIndex();
    this.#rows = Array.from({ length: stored?.count ?? 0 });
    for (const number of stored?.removed ?? []) this.#rows[number] = null;
  }

  /** How many rows there are. */
  get size(): number {
    return this.#byKey?.size ?? this.#rows.length - (this.#stored?.removed.length ?? 0);
  }

  /** The row, frozen. */
  get(key: string): Row | undefined {
    const number = this.#numbers.get(key);
    return number === undefined ? undefined : this.#give(number);
  }

  /** The row as it lies there, to make the next one from; not to be given out. */
  peek(key: string): Row | undefined {
    const number = this.#numbers.get(key);
    return number === undefined ? undefined : this.#at(number);
  }

  /** At most `limit` rows that have all of the facets, newest first; with no facets, of all rows. */
  newest(facets: Facets = {}, limit = Infinity): readonly Row[] {
    const sets: RowSet[] = [];
    for (const name of Object.keys(facets)) {
      const value = facets[name];
      if (value === undefined) continue;
      const rows = this.#facets.rows(name, value);
      if (rows === undefined) return [];
      sets.push(rows);
    }
    if (sets.length === 0) return this.#newestOfAll(limit);
    if (sets.length > 1) sets.sort((a, b) => a.size - b.size);
    const given = this.#given;
    return newestInAll(sets, limit).map((number) => given[number] ?? this.#give(number));
  }

  /** How many rows have the facet. */
  count(name: string, value: string): number {
    return this.#facets.rows(name, value)?.size ?? 0;
  }

  /** How many rows have each value of a facet. */
  counts(name: string): Record<string, number> {
    return this.#facets.counts(name);
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
        this.#given[number] = undefined;
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
    this.#given[number] = undefined;
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
    const removed: number[] = [];
    for (let number = 0; number < rows.length; number += 1) if (rows[number] === null) removed.push(number);
    return {
      count: rows.length,
      removed,
      keys: () => keys,
      facets: this.#facets.copy(),
      bytes: (number) => {
        const row = rows[number];
        if (row === null) return new Uint8Array();
        if (row === undefined && this.#stored) return this.#stored.bytes(number);
        return Buffer.from(JSON.stringify(row && (this.#shape.write?.(row) ?? row)));
      },
    };
  }

  get #numbers(): Map<string, number> {
    return (this.#byKey ??= numbersOf(this.#stored?.keys() ?? []));
  }

  #newestOfAll(limit: number): readonly Row[] {
    const rows: Row[] = [];
    for (let number = this.#rows.length - 1; number >= 0 && rows.length < limit; number -= 1) {
      if (this.#rows[number] !== null) rows.push(this.#given[number] ?? this.#give(number));
    }
    return rows;
  }

  #give(number: number): Row {
    return (this.#given[number] = deepFreezeOnce(this.#at(number)));
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
    this.#given[number] = undefined;
    this.#index(number, before, after);
  }

  #index(number: number, before: Row | undefined, after: Row | undefined): void {
    const { facetsOf } = this.#shape;
    this.#facets.move(number, before ? facetsOf(before) : {}, after ? facetsOf(after) : {});
  }
}

function numbersOf(keys: readonly (string | null)[]): Map<string, number> {
  const numbers = new Map<string, number>();
  for (let number = 0; number < keys.length; number += 1) {
    const key = keys[number];
    if (typeof key === "string") numbers.set(key, number);
  }
  return numbers;
}
