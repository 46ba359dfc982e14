import type { Clock } from "@spark/graph";
import { type Observable, Subject } from "rxjs";
import { messageOf } from "./error-message.ts";
import { callGuest, GuestObservable } from "./guest-observable.ts";
import type { ProgressEvent } from "./progress.ts";

/** A function that is told what happens. */
type Hook = (event: ProgressEvent) => unknown;

/**
 * Tells observers and hooks what happens. They are guests: whatever becomes of them, the deployment goes on, and the
 * process, too. The others are told of it as `observer_failed`, once for each that fails.
 */
export class ProgressDesk {
  readonly progress$: Observable<ProgressEvent>;
  readonly #events = new Subject<ProgressEvent>();
  readonly #hooks: readonly Hook[];
  readonly #clock: Clock;
  readonly #failed = new Set<Hook>();
  #last: ProgressEvent | undefined;

  constructor({ hooks, clock }: { readonly hooks: readonly Hook[]; readonly clock: Clock }) {
    this.#hooks = hooks;
    this.#clock = clock;
    this.progress$ = new GuestObservable(this.#events, (error) => this.#tellFailure(error));
  }

  tell(event: ProgressEvent): void {
    this.#last = event;
    this.#events.next(event);
    for (const hook of this.#hooks) {
      callGuest(
        () => hook(event),
        (error) => {
          if (!this.#failed.has(hook)) this.#tellFailure(error);
          this.#failed.add(hook);
        },
      );
    }
  }

  close(): void {
    this.#events.complete();
  }

  #tellFailure(error: unknown): void {
    if (this.#last === undefined) return;
    const { deploymentId } = this.#last;
    this.tell({ type: "observer_failed", deploymentId, at: this.#clock.now(), reason: messageOf(error) });
  }
}
