import { endianness } from "node:os";
import { type TableName, tableNames } from "../experience-state.ts";
import { FacetIndex } from "../facet-index.ts";
import { rowsPerChunk, RowSet } from "../row-set.ts";
import type { StoredRows } from "../table.ts";
import type { SealedFile } from "./sealed-file.ts";

/**
 * What a snapshot says of a table besides its rows, so that none of them has to be read to find them: how long
 * each is, and which have which value of which facet. The line after it has their keys.
 */
interface TableIndex {
  readonly table: TableName;
  readonly count: number;
  readonly removed: readonly number[];
  /** Bytes of each row, 0 for those that were removed: numbers of 32 bits, little-endian, in base64. */
  readonly lengths: string;
  readonly facets: Readonly<Record<string, Readonly<Record<string, PackedRows>>>>;
}

/** A set of rows: which chunks of 1,024 it has, and the bits of these, 32 in a number, as `lengths` are written. */
interface PackedRows {
  readonly chunks: readonly number[];
  readonly bits: string;
}

/** The index of one table, as two lines of JSON. */
export function indexLines(
  table: TableName,
  { count, removed, keys, facets }: StoredRows,
  lengths: readonly number[],
): readonly string[] {
  const names: Record<string, Record<string, PackedRows>> = {};
  for (const [name, value, rows] of facets.entries()) {
    Object.defineProperty((names[name] ??= {}), value, { value: packedRows(rows), enumerable: true });
  }
  const packed = pack(Uint32Array.from(lengths));
  const index: TableIndex = { table, count, removed, lengths: packed, facets: names };
  return [JSON.stringify(index), JSON.stringify(keys())];
}

/**
 * The rows of all tables, which lie in the file one after the other from `from` on, by the lines of their
 * indexes. A table that has none is empty.
 */
export function storedTables(
  file: SealedFile,
  { from, lines }: { readonly from: number; readonly lines: readonly Buffer[] },
): Record<TableName, StoredRows> {
  const tables = Object.fromEntries(tableNames.map((name) => [name, emptyTable()]));
  let at = from;
  for (let n = 0; n + 1 < lines.length; n += 2) {
    const [index, keys] = [lines[n], lines[n + 1]] as [Buffer, Buffer];
    const { table, count, removed, lengths: packed, facets } = JSON.parse(index.toString()) as TableIndex;
    const lengths = unpack(packed);
    const starts = new Float64Array(count);
    for (let number = 0; number < count; number += 1) {
      const length = lengths[number] ?? 0;
      starts[number] = at;
      if (length > 0) at += length + 1;
    }
    tables[table] = {
      count,
      removed,
      keys: () => JSON.parse(keys.toString()) as (string | null)[],
      facets: new FacetIndex(setsOf(facets)),
      bytes: (row) => file.slice(starts[row] ?? 0, (starts[row] ?? 0) + (lengths[row] ?? 0)),
    };
  }
  return tables as Record<TableName, StoredRows>;
}

function packedRows(rows: RowSet): PackedRows {
  const chunks = rows.copyChunks().flatMap((chunk, at) => (chunk ? [{ chunk, at }] : []));
  const bits = new Uint32Array(chunks.length * wordsPerChunk);
  for (const [n, { chunk }] of chunks.entries()) bits.set(chunk, n * wordsPerChunk);
  return { chunks: chunks.map(({ at }) => at), bits: pack(bits) };
}

function* setsOf(
  facets: TableIndex["facets"],
): Generator<readonly [string, string, RowSet], void, undefined> {
  for (const [name, values] of Object.entries(facets)) {
    for (const [value, { chunks, bits }] of Object.entries(values)) {
      const words = unpack(bits);
      const sparse: (Uint32Array | undefined)[] = Array.from({ length: (chunks.at(-1) ?? -1) + 1 });
      for (const [n, at] of chunks.entries()) {
        sparse[at] = words.subarray(n * wordsPerChunk, (n + 1) * wordsPerChunk);
      }
      yield [name, value, new RowSet(sparse)];
    }
  }
}

function emptyTable(): StoredRows {
  return { count: 0, removed: [], keys: () => [], facets: new FacetIndex(), bytes: () => new Uint8Array() };
}

const wordsPerChunk = rowsPerChunk / 32;

/** Files look alike on every machine. */
const isLittleEndian = endianness() === "LE";

function pack(numbers: Uint32Array): string {
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return (isLittleEndian ? bytes : Buffer.from(bytes).swap32()).toString("base64");
}

function unpack(text: string): Uint32Array {
  const numbers = new Uint32Array(Buffer.byteLength(text, "base64") / 4);
  const bytes = Buffer.from(numbers.buffer);
  bytes.write(text, "base64");
  if (!isLittleEndian) bytes.swap32();
  return numbers;
}
