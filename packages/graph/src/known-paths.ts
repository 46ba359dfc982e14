/** So many ways are known at the same time. */
const capacity = 16;

/**
 * The ways that runs of one version have taken lately. Runs that took the same way share one list of it, so that
 * remembering thousands of them costs little more than remembering one.
 */
export class KnownPaths {
  readonly #paths: (readonly number[])[] = [];
  #oldest = 0;

  /** A list with the content of `path`: a known one, or else `path` itself, which is not to be changed any more. */
  shared(path: readonly number[]): readonly number[] {
    for (const known of this.#paths) if (isSame(known, path)) return known;
    this.#paths[this.#oldest] = path;
    this.#oldest = (this.#oldest + 1) % capacity;
    return path;
  }
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
