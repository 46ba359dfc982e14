import type { Clock } from "@spark/graph";
import { every } from "@spark/telemetry";
import { type Observable, map, merge, Observable as RxObservable, switchMap } from "rxjs";
import type { PendingCommand } from "../inbox.ts";
import type { Watch } from "../watch.ts";

/** What a stage has to react to. */
export type Occasion =
  | { readonly type: "interval" }
  | { readonly type: "deadline" }
  | { readonly type: "trip" }
  | { readonly type: "command"; readonly pending: PendingCommand };

/**
 * Step 4: when to look. At every interval, at the stage's own deadline, in the very run that trips a guard,
 * and when somebody asks for something. Times are of the injected clock.
 */
export function monitor(options: {
  readonly clock: Clock;
  readonly intervalSeconds: number;
  /** The next deadline in epoch milliseconds; a new value replaces the one before. */
  readonly deadlines$: Observable<number>;
  readonly watch: Pick<Watch, "trips$">;
  readonly commands$: Observable<PendingCommand>;
}): Observable<Occasion> {
  const { clock, intervalSeconds, deadlines$, watch, commands$ } = options;
  return merge(
    watch.trips$.pipe(map((): Occasion => ({ type: "trip" }))),
    deadlines$.pipe(
      switchMap((at) => once(clock, at)),
      map((): Occasion => ({ type: "deadline" })),
    ),
    every(clock, intervalSeconds * 1000).pipe(map((): Occasion => ({ type: "interval" }))),
    commands$.pipe(map((pending): Occasion => ({ type: "command", pending }))),
  );
}

/** One tick when the clock reaches a time; unsubscribing takes it back. */
function once(clock: Clock, at: number): Observable<void> {
  return new RxObservable((subscriber) =>
    clock.schedule(Math.max(0, at - clock.now()), () => {
      subscriber.next();
      subscriber.complete();
    }),
  );
}
