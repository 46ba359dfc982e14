import { type Clock, isSparkError } from "@spark/graph";
import { type Lease, leaseHeld } from "@spark/rsi-model";
import { messageOf } from "./error-message.ts";
import type { DeploymentLease } from "./ports.ts";

/** Whose lease it is, of what, and who has to know when it is lost. */
export interface LeaseKeeping {
  /** Where leases are kept; without it nobody is kept out. */
  readonly desk: DeploymentLease | undefined;
  readonly graphId: string;
  /** Asked once, when there is a lease to be taken. */
  readonly holder: () => string;
  readonly ttlSeconds: number;
  readonly clock: Clock;
  readonly onLost: (reason: string) => void;
}

/** The right to decide about one graph's deployments: taken before one begins, renewed until it has ended. */
export class LeaseKeeper {
  readonly #about: LeaseKeeping;
  #holder: string | undefined;
  #held: Lease | undefined;
  #taking: Promise<void> | undefined;
  #releasing: Promise<unknown> = Promise.resolve();
  #stopRenewing: () => void = () => undefined;
  #lost: string | undefined;

  constructor(about: LeaseKeeping) {
    this.#about = about;
  }

  /** Whether deployments may be decided about now; where not, {@link LeaseKeeper.take} has to come first. */
  get isReady(): boolean {
    return this.#about.desk === undefined || (this.#held !== undefined && this.#lost === undefined);
  }

  /** What a writer shows; `undefined` without a lease. A lost one is shown until another is taken: it is refused. */
  get token(): number | undefined {
    return this.#held?.token;
  }

  /** Why the lease is another's by now, where it is. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /**
   * Takes the lease, unless it is held already.
   *
   * @throws SparkError `lease_held` with the holder, where it is another's.
   */
  async take(): Promise<void> {
    if (this.isReady) return;
    this.#taking ??= this.#take();
    try {
      await this.#taking;
    } finally {
      this.#taking = undefined;
    }
  }

  /** Lets go of it, so that another controller need not wait. Nobody waits for that: it expires by itself. */
  release(): void {
    const { desk, graphId } = this.#about;
    const held = this.#held;
    this.#stopRenewing();
    this.#held = undefined;
    this.#lost = undefined;
    if (desk === undefined || held === undefined) return;
    this.#releasing = desk.releaseLease({ graphId, token: held.token }).catch(() => undefined);
  }

  /** Resolves when what was let go of is free, or will not be before it expires. */
  async released(): Promise<void> {
    await this.#releasing;
  }

  /** To be told of a write that was refused: others notice a lost lease sooner than the next renewal. */
  notice(error: unknown): void {
    if (isFenced(error)) this.#lose(messageOf(error));
  }

  async #take(): Promise<void> {
    const { desk, graphId, ttlSeconds } = this.#about;
    if (desk === undefined) return;
    await this.#releasing;
    const holder = (this.#holder ??= this.#about.holder());
    const answer = await desk.takeLease({ graphId, holder, ttlSeconds });
    if (!answer.ok) throw leaseHeld(answer.lease);
    this.#held = answer.lease;
    this.#lost = undefined;
    this.#renewLater();
  }

  #renewLater(): void {
    const { clock, ttlSeconds } = this.#about;
    this.#stopRenewing();
    this.#stopRenewing = clock.schedule((ttlSeconds * 1000) / 3, () => void this.#renew(), {
      background: true,
    });
  }

  async #renew(): Promise<void> {
    const { desk, graphId, ttlSeconds } = this.#about;
    const held = this.#held;
    if (desk === undefined || held === undefined) return;
    // One that fails is tried again: until somebody else takes the lease, it counts.
    const renewed = await desk
      .renewLease({ graphId, token: held.token, ttlSeconds })
      .catch((error: unknown) => !isSparkError(error, "lease_lost"));
    if (this.#held !== held) return;
    if (renewed) this.#renewLater();
    else this.#lose(`another controller has taken the lease of graph "${graphId}" after token ${held.token}`);
  }

  #lose(reason: string): void {
    if (this.#lost !== undefined || this.#held === undefined) return;
    this.#lost = reason;
    this.#stopRenewing();
    this.#about.onLost(reason);
  }
}

/** What says that a deployment is another controller's by now. */
export function isFenced(error: unknown): boolean {
  return isSparkError(error, "lease_lost") || isSparkError(error, "lease_held");
}
