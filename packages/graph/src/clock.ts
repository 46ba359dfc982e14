/**
 * Time, injected. Everything that waits, stamps or measures takes a `Clock`, so that a five-minute rollout
 * is tested in milliseconds.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, fractional, never going backwards within one process. */
  now(): number;
  /** Calls `callback` once after `ms` milliseconds; the returned function takes the call back. */
  schedule(ms: number, callback: () => void): () => void;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay a Node timer can hold; longer waits are chained. */
const longestTimerMs = 2_147_483_647;

const { timeOrigin } = performance;

/**
 * The process's own time. Its reading is monotonic (a step of the system's clock does not move it), so a
 * duration is the difference of two readings. Timers do not keep the process alive by themselves only when
 * `unref` is asked for.
 */
export const systemClock: Clock = {
  now: () => timeOrigin + performance.now(),
  schedule(ms, callback) {
    let handle: NodeJS.Timeout;
    const arm = (left: number): void => {
      handle =
        left <= longestTimerMs
          ? setTimeout(callback, left)
          : setTimeout(() => arm(left - longestTimerMs), longestTimerMs);
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
