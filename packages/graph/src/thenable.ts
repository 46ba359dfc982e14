/** True for a promise, native or not. Results are awaited only when they are one: an await costs a turn. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null && typeof value === "object" && typeof (value as { then?: unknown }).then === "function"
  );
}

/**
 * A promise that calls back once and later, whatever `then` of the value does: one of the engine's own is given back
 * as it is, anything else (also a promise with a `then` of its own) is asked by a promise that sees to that.
 */
export function asPromise(value: PromiseLike<unknown>): PromiseLike<unknown> {
  return value.then === Promise.prototype.then ? value : new Promise((resolve) => resolve(value));
}
