import {
  type DeploymentEvent,
  type DeploymentState,
  type Lease,
  type LeaseAnswer,
  type LeaseClaim,
  type LeaseRenewal,
  refuseStale,
  renewLease,
  takeLease,
} from "@spark/rsi-model";
import type { ExperienceState } from "./experience-state.ts";
import type { Writer } from "./writer.ts";

/**
 * Who may write the deployments of which graph now. What is stored of a lease is who took it and its token; that
 * it is still held is known only here. So the lease of a process that is gone can be taken by the next one at
 * once: a store has one user at a time.
 */
export class LeaseDesk {
  readonly #state: ExperienceState;
  readonly #writer: Writer;
  readonly #held = new Map<string, Lease>();

  constructor(state: ExperienceState, writer: Writer) {
    this.#state = state;
    this.#writer = writer;
  }

  /** The last lease of a graph, expired where nobody has it any more. */
  last(graphId: string): Lease | undefined {
    const stored = this.#state.leases.get(graphId);
    return this.#held.get(graphId) ?? (stored && { ...stored, expiresAt: 0 });
  }

  /** Resolves when the token is stored, so that it cannot come again. */
  async take(claim: LeaseClaim, now: number): Promise<LeaseAnswer> {
    const answer = takeLease(this.last(claim.graphId), claim, now);
    if (!answer.ok) return answer;
    const { lease } = answer;
    this.#held.set(lease.graphId, lease);
    try {
      await this.#writer.write({ type: "lease_taken", lease });
      return answer;
    } catch (error) {
      this.letGo(lease);
      throw error;
    }
  }

  /** False where it is another's by now. */
  renew(renewal: LeaseRenewal, now: number): boolean {
    const lease = renewLease(this.last(renewal.graphId), renewal, now);
    if (lease !== undefined) this.#held.set(lease.graphId, lease);
    return lease !== undefined;
  }

  /** Ends a lease if it is the last one. */
  letGo({ graphId, token }: Pick<Lease, "graphId" | "token">): void {
    if (this.#held.get(graphId)?.token === token) this.#held.delete(graphId);
  }

  /**
   * Fences stale writers off. A refusal is a deployment by itself that changes nothing, so anybody may note it.
   *
   * @throws SparkError `lease_lost` or `lease_held`.
   */
  refuseStale(event: DeploymentEvent, now: number): void {
    const known = this.#state.deployments.get(event.deploymentId)?.state;
    const graphId = known === undefined ? graphOf(event) : graphOfState(known);
    if (graphId !== undefined) refuseStale(this.last(graphId), event.token, now);
  }
}

/** Of a first event that is not the start of anything there is none. */
function graphOf(event: DeploymentEvent): string | undefined {
  return event.type === "started" ? event.graphId : undefined;
}

function graphOfState(state: DeploymentState): string {
  return state.phase === "open" ? state.started.graphId : state.record.graphId;
}
