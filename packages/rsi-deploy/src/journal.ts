import { type Clock, isSparkError } from "@spark/graph";
import type { DeploymentEvent } from "@spark/rsi-model";
import { isFenced, type LeaseKeeper } from "./lease-keeper.ts";
import type { DeploymentLog } from "./ports.ts";

type Unstamped<Event> = Event extends DeploymentEvent
  ? Omit<Event, "at" | "deploymentId" | "sequence" | "token">
  : never;

/** An event without what the journal knows: whose it is, and when. */
export type JournalEntry = Unstamped<DeploymentEvent>;

/** What a journal writes with: the environment of a deployment has it. */
export interface JournalPorts {
  readonly log: DeploymentLog | undefined;
  readonly clock: Clock;
  readonly lease?: LeaseKeeper;
}

/** The log of one deployment. Without a log it forgets. */
export class Journal {
  readonly #log: DeploymentLog | undefined;
  readonly #deploymentId: string;
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();
  #failure: unknown;
  /** Set once the log has not answered: whether it has the event is uncertain, so nothing can follow it. */
  #silent: unknown;
  readonly #lease: LeaseKeeper | undefined;
  /** The place of the next event; one that another writer has taken is refused by the log. */
  #next: number;

  constructor(
    { log, clock, lease }: JournalPorts,
    about: { readonly deploymentId: string; readonly length?: number },
  ) {
    this.#log = log;
    this.#lease = lease;
    this.#deploymentId = about.deploymentId;
    this.#clock = clock;
    this.#next = about.length ?? 0;
  }

  /** Why a note could not be kept, where one could not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Whether the deployment is another controller's by now, and so is the say over what becomes of it. */
  get isFenced(): boolean {
    return isFenced(this.#failure) || this.#lease?.lost !== undefined;
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
      if (this.#silent !== undefined) throw this.#silent;
      const token = this.#lease?.token;
      const place = { deploymentId: this.#deploymentId, at, sequence: this.#next };
      try {
        await log.appendDeploymentEvent({ ...entry, ...place, ...(token === undefined ? {} : { token }) });
        this.#next += 1;
      } catch (error) {
        if (isSparkError(error, "no_answer")) this.#silent = error;
        if (isFenced(error)) this.#failure ??= error;
        this.#lease?.notice(error);
        throw error;
      }
    };
    const write = this.#last.then(append, append);
    this.#last = write;
    return write;
  }
}
