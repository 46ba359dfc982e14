import type { Clock } from "@spark/graph";

/** How long work may keep timers and signals waiting. */
const longestBreathMs = 20;

/**
 * Gives a function to await between two pieces of work that never wait for anything themselves: every 20 ms it
 * gives timers, traffic and signals their turn. It rejects with the signal's reason once that has aborted.
 */
export function breather(clock: Clock, signal: AbortSignal): () => Promise<void> {
  let last = clock.now();
  return async () => {
    signal.throwIfAborted();
    if (clock.now() - last < longestBreathMs) return;
    await clock.sleep(0, signal);
    last = clock.now();
  };
}
