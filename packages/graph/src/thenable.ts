/** True for a promise, native or not. Results are awaited only when they are one: an await costs a turn. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null && typeof value === "object" && typeof (value as { then?: unknown }).then === "function"
  );
}

/** True for a promise of the engine's own, which calls back once and later; others may do as they like. */
export function isOrderly(value: PromiseLike<unknown>): boolean {
  return value.then === Promise.prototype.then;
}

/** A promise that calls back once and later: the value itself, or, where it is not orderly, one that asks it. */
export function orderly(value: PromiseLike<unknown>): PromiseLike<unknown> {
  return isOrderly(value) ? value : new Promise((resolve) => resolve(value));
}
