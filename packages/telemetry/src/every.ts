import { type Clock, SparkError } from "@spark/graph";
import { Observable } from "rxjs";

/**
 * Ticks on the injected clock: n = 1, 2, 3 … at `ms`, 2 × `ms`, 3 × `ms` … after the subscription.
 *
 * Deadlines are counted from the start, so late timers do not add up. A deadline that has passed before its
 * timer could be set (the process was busy) is skipped, number included. Ends only by unsubscribing, which
 * takes the pending timer back.
 *
 * @throws SparkError `invalid_config` when `ms` is not a finite number above 0.
 */
export function every(clock: Pick<Clock, "now" | "schedule">, ms: number): Observable<number> {
  if (!(ms > 0 && ms < Infinity)) {
    throw new SparkError(
      "invalid_config",
      `An interval must be a finite number of milliseconds above 0, got ${ms}.`,
    );
  }
  return new Observable<number>((subscriber) => {
    const start = clock.now();
    let cancel = (): void => {};
    const arm = (n: number): void => {
      cancel = clock.schedule(Math.max(0, start + n * ms - clock.now()), () => {
        subscriber.next(n);
        // Timers may fire a little early; n + 1 keeps such a tick from being given twice.
        if (!subscriber.closed) arm(Math.max(n, Math.floor((clock.now() - start) / ms)) + 1);
      });
    };
    arm(1);
    return () => cancel();
  });
}
