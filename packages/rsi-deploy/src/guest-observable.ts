import { Observable, type Observer, type Operator, Subscriber, type Subscription } from "rxjs";

/**
 * Calls what is not ours. What it throws or rejects with goes to `onFailure`, a moment later, and nowhere else.
 */
export function callGuest(call: () => unknown, onFailure: (error: unknown) => void): void {
  void (async () => call())()
    .catch(onFailure)
    .catch(() => undefined);
}

/**
 * Passes on what a source gives, to observers whose failures are their own.
 *
 * RxJS throws what an observer throws once more, where nobody can catch it, and that ends the process. Here it goes
 * to `onFailure`, the first time for each subscription; the observer goes on being told. So does an error that an
 * operator behind this one has made and that its observer has no handler for.
 */
export class GuestObservable<T> extends Observable<T> {
  readonly #onFailure: (error: unknown) => void;

  constructor(source: Observable<T>, onFailure: (error: unknown) => void) {
    super((subscriber) => source.subscribe(subscriber));
    this.#onFailure = onFailure;
  }

  /** What operators make of this one is for guests, too. */
  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    return new GuestObservable(super.lift(operator), this.#onFailure);
  }

  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // The inside of an operator: who comes at its end is a guest.
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext);
    const observer: Partial<Observer<T>> =
      typeof observerOrNext === "object" && observerOrNext !== null
        ? observerOrNext
        : {
            ...(observerOrNext && { next: observerOrNext }),
            ...(error && { error }),
            ...(complete && { complete }),
          };
    let hasFailed = false;
    const onFailure = (reason: unknown): void => {
      if (!hasFailed) this.#onFailure(reason);
      hasFailed = true;
    };
    return super.subscribe({
      next: (value) => callGuest(() => observer.next?.(value), onFailure),
      error: (reason: unknown) => {
        if (observer.error === undefined) onFailure(reason);
        else callGuest(() => observer.error?.(reason), onFailure);
      },
      complete: () => callGuest(() => observer.complete?.(), onFailure),
    });
  }
}
