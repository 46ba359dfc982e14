import { RowSet } from "./row-set.ts";

/** What a row can be found by: a value under each name, such as `{ type: "caching" }`. */
export type Facets = Readonly<Record<string, string | undefined>>;

/** Which rows have which value under which name. Rows come and go in O(their facets). */
export class FacetIndex {
  readonly #names = new Map<string, Map<string, RowSet>>();

  /** @param entries - What it holds from the beginning; the sets become its own. */
  constructor(entries: Iterable<readonly [name: string, value: string, rows: RowSet]> = []) {
    for (const [name, value, rows] of entries) this.#values(name).set(value, rows);
  }

  /** The rows with that value; `undefined` where there never were any. */
  rows(name: string, value: string): RowSet | undefined {
    return this.#names.get(name)?.get(value);
  }

  /** How many rows there are under a name, by value; values without rows are left out. */
  counts(name: string): Record<string, number> {
    const sizes = [...this.#values(name)].map(([value, rows]) => [value, rows.size] as const);
    return Object.fromEntries(sizes.filter(([, size]) => size > 0));
  }

  /** Takes a row from the facets it had to those it has. */
  move(row: number, had: Facets, has: Facets): void {
    for (const [name, value] of Object.entries(had)) {
      if (value !== undefined && value !== has[name]) this.rows(name, value)?.delete(row);
    }
    for (const [name, value] of Object.entries(has)) {
      if (value === undefined || value === had[name]) continue;
      const values = this.#values(name);
      const rows = values.get(value) ?? new RowSet();
      values.set(value, rows);
      rows.add(row);
    }
  }

  /** Another one that holds the same now. */
  copy(): FacetIndex {
    const copies = [...this.entries()].map(
      ([name, value, rows]) => [name, value, new RowSet(rows.copyChunks())] as const,
    );
    return new FacetIndex(copies);
  }

  *entries(): Generator<readonly [name: string, value: string, rows: RowSet], void, undefined> {
    for (const [name, values] of this.#names) for (const [value, rows] of values) yield [name, value, rows];
  }

  #values(name: string): Map<string, RowSet> {
    const values = this.#names.get(name) ?? new Map<string, RowSet>();
    this.#names.set(name, values);
    return values;
  }
}
