import type { RunContext } from "./run-context.ts";

/**
 * Starts `work` and settles as it does, or at once with the reason when `context` is aborted, be it by
 * `signal` or from inside. Work that does not look at its signal cannot hold the caller.
 */
export function raceAbort<T>(
  context: RunContext,
  signal: AbortSignal | undefined,
  work: () => T | Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onSignal = (): void => context.abort(signal?.reason);
    const release = (): void => {
      context.onAbort = undefined;
      signal?.removeEventListener("abort", onSignal);
    };
    context.onAbort = (reason) => {
      release();
      reject(reason);
    };
    if (signal?.aborted === true) {
      context.abort(signal.reason);
      return;
    }
    signal?.addEventListener("abort", onSignal, { once: true });
    const start = async (): Promise<T> => work();
    start().then(
      (value) => {
        release();
        resolve(value);
      },
      (error: unknown) => {
        release();
        reject(error);
      },
    );
  });
}
