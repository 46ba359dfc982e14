/** Rows that one chunk of bits stands for. */
export const rowsPerChunk = 1024;
const wordsPerChunk = rowsPerChunk / 32;

/**
 * A set of row numbers as bits, in chunks that exist only where there are members: adding and removing are
 * O(1), and sets are intersected 32 rows at a time.
 */
export class RowSet {
  readonly #chunks: (Uint32Array | undefined)[];
  #size = 0;

  /** Takes over chunks of another set, as {@link RowSet.copyChunks} gave them. */
  constructor(chunks: readonly (Uint32Array | undefined)[] = []) {
    this.#chunks = [...chunks];
    for (const chunk of chunks) if (chunk) this.#size += bitsOf(chunk);
  }

  /** How many rows are in it. */
  get size(): number {
    return this.#size;
  }

  /** How many chunks there may be; those beyond are empty. */
  get chunkCount(): number {
    return this.#chunks.length;
  }

  add(row: number): void {
    const chunk = (this.#chunks[Math.floor(row / rowsPerChunk)] ??= new Uint32Array(wordsPerChunk));
    const word = (row % rowsPerChunk) >>> 5;
    const before = chunk[word] ?? 0;
    chunk[word] = before | (1 << (row & 31));
    if (chunk[word] !== before) this.#size += 1;
  }

  delete(row: number): void {
    const chunk = this.#chunks[Math.floor(row / rowsPerChunk)];
    if (!chunk) return;
    const word = (row % rowsPerChunk) >>> 5;
    const before = chunk[word] ?? 0;
    chunk[word] = before & ~(1 << (row & 31));
    if (chunk[word] !== before) this.#size -= 1;
  }

  chunk(index: number): Uint32Array | undefined {
    return this.#chunks[index];
  }

  copyChunks(): (Uint32Array | undefined)[] {
    return Array.from(this.#chunks, (chunk) => chunk?.slice());
  }
}

/** At most `limit` rows that are in all of the sets, highest number first. Without sets there are none. */
export function newestInAll(sets: readonly RowSet[], limit = Infinity): readonly number[] {
  const [first, ...others] = sets;
  const found: number[] = [];
  if (!first) return found;
  for (let index = first.chunkCount - 1; index >= 0; index -= 1) {
    const chunk = first.chunk(index);
    const rest = chunk && chunksOf(others, index);
    if (!chunk || !rest) continue;
    for (let word = wordsPerChunk - 1; word >= 0; word -= 1) {
      let bits = chunk[word] ?? 0;
      for (let n = 0; n < rest.length && bits !== 0; n += 1) bits &= rest[n]?.[word] ?? 0;
      while (bits !== 0) {
        const bit = 31 - Math.clz32(bits);
        bits &= ~(1 << bit);
        if (found.push(index * rowsPerChunk + word * 32 + bit) >= limit) return found;
      }
    }
  }
  return found;
}

/** The chunk of each set at the same place; nothing where one of them has no rows there. */
function chunksOf(sets: readonly RowSet[], index: number): readonly Uint32Array[] | undefined {
  const chunks: Uint32Array[] = [];
  for (const set of sets) {
    const chunk = set.chunk(index);
    if (!chunk) return undefined;
    chunks.push(chunk);
  }
  return chunks;
}

/** How many bits are set: of each word first by twos, then by fours, and the bytes summed up by a product. */
function bitsOf(chunk: Uint32Array): number {
  let count = 0;
  for (let at = 0; at < chunk.length; at += 1) {
    const word = chunk[at] ?? 0;
    const twos = word - ((word >>> 1) & 0x55555555);
    const fours = (twos & 0x33333333) + ((twos >>> 2) & 0x33333333);
    count += Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
