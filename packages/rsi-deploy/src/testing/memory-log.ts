import { SparkError } from "@spark/graph";
import {
  applyDeploymentEvent,
  type DeploymentEvent,
  type DeploymentState,
  type OpenDeployment,
} from "@spark/rsi-model";
import type { DeploymentLog } from "../ports.ts";

/**
 * A deployment log in memory, as strict as a real one: an event that cannot follow is refused. With `dieAfter`
 * it stops answering after that many events, as a process does that is killed.
 */
export class MemoryLog implements DeploymentLog {
  readonly events: DeploymentEvent[];
  readonly #states = new Map<string, DeploymentState>();
  readonly #dieAfter: number;

  constructor(events: readonly DeploymentEvent[] = [], { dieAfter = Infinity } = {}) {
    this.events = [];
    this.#dieAfter = dieAfter;
    for (const event of events) this.#take(event);
  }

  get dead(): boolean {
    return this.events.length >= this.#dieAfter;
  }

  appendDeploymentEvent(event: DeploymentEvent): Promise<void> {
    if (this.dead) return new Promise(() => undefined);
    try {
      this.#take(structuredClone(event));
    } catch (error) {
      return Promise.reject(error);
    }
    // The process dies with the event written and nobody told.
    return this.dead ? new Promise(() => undefined) : Promise.resolve();
  }

  readDeployment(deploymentId: string): Promise<readonly DeploymentEvent[]> {
    const events = this.events.filter((event) => event.deploymentId === deploymentId);
    if (events.length > 0) return Promise.resolve(events);
    return Promise.reject(new SparkError("unknown_id", `There is no deployment ${deploymentId}.`));
  }

  openDeployments(): Promise<readonly OpenDeployment[]> {
    return Promise.resolve([...this.#states.values()].filter((state) => state.phase === "open"));
  }

  #take(event: DeploymentEvent): void {
    const { deploymentId } = event;
    this.#states.set(deploymentId, applyDeploymentEvent(this.#states.get(deploymentId), event));
    this.events.push(event);
  }
}
