/** So many ways are known at the same time. */
const capacity = 16;

/**
 * The ways that runs of one version have taken lately. Runs that took the same way share one list of it, so that
 * remembering thousands of them costs little more than remembering one.
 */
export class KnownPaths {
  readonly #paths: (readonly number[])[] = [];
  /** The way that was asked for last, which most often is the next one's too. */
  #last: readonly number[] = [];
  #oldest = 0;

  /** The way that was asked for last. */
  get last(): readonly number[] {
    return this.#last;
  }

  /** The known list of these codes, the first `length` of them; a copy of them where there is none yet. */
  shared(codes: readonly number[], length: number): readonly number[] {
    if (!isSame(this.#last, codes, length)) this.#last = this.#find(codes, length);
    return this.#last;
  }

  #find(codes: readonly number[], length: number): readonly number[] {
    for (const known of this.#paths) if (isSame(known, codes, length)) return known;
    const path = codes.slice(0, length);
    this.#paths[this.#oldest] = path;
    this.#oldest = (this.#oldest + 1) % capacity;
    return path;
  }
}

function isSame(known: readonly number[], codes: readonly number[], length: number): boolean {
  if (known.length !== length) return false;
  for (let at = 0; at < length; at += 1) if (known[at] !== codes[at]) return false;
  return true;
}
