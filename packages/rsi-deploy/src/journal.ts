import type { Clock } from "@spark/graph";
import type { DeploymentEvent } from "@spark/rsi-model";
import type { DeploymentLog } from "./ports.ts";

type Unstamped<Event> = Event extends DeploymentEvent
  ? Omit<Event, "at" | "deploymentId" | "sequence">
  : never;

/** An event without what the journal knows: whose it is, and when. */
export type JournalEntry = Unstamped<DeploymentEvent>;

/** The log of one deployment. Without a log it forgets. */
export class Journal {
  readonly #log: DeploymentLog | undefined;
  readonly #deploymentId: string;
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();
  #failure: unknown;
  /** The place of the next event; one that another writer has taken is refused by the log. */
  #next: number;

  constructor(
    log: DeploymentLog | undefined,
    about: { readonly deploymentId: string; readonly clock: Clock; readonly length?: number },
  ) {
    this.#log = log;
    this.#deploymentId = about.deploymentId;
    this.#clock = about.clock;
    this.#next = about.length ?? 0;
  }

  /** Why a note could not be kept, where one could not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Resolves once the event is safe: what it announces may be done then. Rejects where it cannot be kept. */
  async append(entry: JournalEntry): Promise<void> {
    await this.#write(entry);
  }

  /** Writes what nothing waits for. A failure is remembered. */
  note(entry: JournalEntry): void {
    this.#write(entry).catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  /** Resolves when everything noted so far is written, or has failed. */
  async flush(): Promise<void> {
    await this.#last.catch(() => undefined);
  }

  /** One after the other, so that the log holds events in the order they happened. */
  #write(entry: JournalEntry): Promise<unknown> {
    const log = this.#log;
    if (log === undefined) return Promise.resolve();
    const at = this.#clock.now();
    const append = async (): Promise<void> => {
      const place = { deploymentId: this.#deploymentId, at, sequence: this.#next };
      await log.appendDeploymentEvent({ ...entry, ...place });
      this.#next += 1;
    };
    const write = this.#last.then(append, append);
    this.#last = write;
    return write;
  }
}
