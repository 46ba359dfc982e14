import { Observable, type Subscriber } from "rxjs";

/**
 * Gives values out to whoever subscribes: what a `Subject` does, for values that come a hundred thousand times a
 * second from one place and never end.
 */
export class Broadcast<Value> {
  readonly values$: Observable<Value>;
  #watchers: readonly Subscriber<Value>[] = [];

  constructor() {
    this.values$ = new Observable((watcher) => {
      this.#watchers = [...this.#watchers, watcher];
      return () => {
        this.#watchers = this.#watchers.filter((other) => other !== watcher);
      };
    });
  }

  /** Whether anybody would hear a value. */
  get isHeard(): boolean {
    return this.#watchers.length > 0;
  }

  /** Tells everybody who has subscribed by now. */
  send(value: Value): void {
    const watchers = this.#watchers;
    for (let at = 0; at < watchers.length; at += 1) watchers[at]?.next(value);
  }
}
