import type { Clock } from "@spark/graph";
import {
  type DeploymentEvent,
  type Lease,
  type LeaseAnswer,
  type LeaseClaim,
  type LeaseRenewal,
  refuseStale,
  renewLease,
  takeLease,
} from "@spark/rsi-model";
import type { DeploymentLease } from "../ports.ts";
import { MemoryLog } from "./memory-log.ts";

/** A {@link MemoryLog} that one controller at a time may write, as an `ExperienceDatabase` is. */
export class LeasedLog extends MemoryLog implements DeploymentLease {
  readonly #clock: Pick<Clock, "now">;
  readonly #leases = new Map<string, Lease>();
  readonly #graphs = new Map<string, string>();

  constructor(clock: Pick<Clock, "now">) {
    super();
    this.#clock = clock;
  }

  override async appendDeploymentEvent(event: DeploymentEvent): Promise<void> {
    if (event.type === "started") this.#graphs.set(event.deploymentId, event.graphId);
    const graphId = this.#graphs.get(event.deploymentId);
    if (graphId !== undefined) refuseStale(this.#leases.get(graphId), event.token, this.#clock.now());
    await super.appendDeploymentEvent(event);
  }

  async takeLease(claim: LeaseClaim): Promise<LeaseAnswer> {
    const answer = takeLease(this.#leases.get(claim.graphId), claim, this.#clock.now());
    if (answer.ok) this.#leases.set(claim.graphId, answer.lease);
    return answer;
  }

  async renewLease(renewal: LeaseRenewal): Promise<boolean> {
    const renewed = renewLease(this.#leases.get(renewal.graphId), renewal, this.#clock.now());
    if (renewed !== undefined) this.#leases.set(renewal.graphId, renewed);
    return renewed !== undefined;
  }

  async releaseLease({ graphId, token }: Pick<Lease, "graphId" | "token">): Promise<void> {
    const lease = this.#leases.get(graphId);
    if (lease?.token === token) this.#leases.set(graphId, { ...lease, expiresAt: this.#clock.now() });
  }
}
