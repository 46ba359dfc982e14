/**
 * Time, injected. Everything that waits, stamps or measures takes a `Clock`, so that a five-minute rollout
 * is tested in milliseconds.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, fractional, never going backwards within one process. */
  now(): number;
  /**
   * Calls `callback` once after `ms` milliseconds, or, after 0, in the next turn of the event loop; the returned
   * function takes the call back. With `background` a call that is still to wait does not keep the process alive.
   */
  schedule(ms: number, callback: () => void, options?: { readonly background?: boolean }): () => void;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay a Node timer can hold; longer waits are chained. */
const longestTimerMs = 2_147_483_647;

/** Monotonic, as `performance.now()` is, and cheaper to read: a node's end is read off it, whatever the node does. */
const { hrtime } = process;
const [originSeconds, originNanoseconds] = hrtime();
const originMs = performance.timeOrigin + performance.now() - originSeconds * 1000 - originNanoseconds * 1e-6;

/**
 * The process's own time. Its reading is monotonic (a step of the system's clock does not move it), so a
 * duration is the difference of two readings.
 */
export const systemClock: Clock = {
  now() {
    const time = hrtime();
    return originMs + time[0] * 1000 + time[1] * 1e-6;
  },
  schedule(ms, callback, options) {
    if (ms === 0) {
      // A timer of 0 ms waits for one, and costs ten times as much.
      const turn = setImmediate(callback);
      return () => clearImmediate(turn);
    }
    let handle: NodeJS.Timeout;
    const arm = (left: number): void => {
      const turn = Math.min(left, longestTimerMs);
      handle = setTimeout(() => (left > turn ? arm(left - turn) : callback()), turn);
      if (options?.background === true) handle.unref();
    };
    arm(ms);
    return () => clearTimeout(handle);
  },
  sleep: (ms, signal) => sleepOn(systemClock, ms, signal),
};

/** `sleep` in terms of `schedule`, for those who write a clock of their own. */
export function sleepOn(clock: Pick<Clock, "schedule">, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.schedule(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
