import { isDeepStrictEqual } from "node:util";
import type { StoreChange } from "@spark/experience-db";
import {
  type DeploymentStatus,
  foldDeployment,
  type LoggedDeploymentEvent,
  type OpenDeployment,
} from "@spark/rsi-model";
import type { ChildMessage } from "./child-message.ts";
import type { Life } from "./life.ts";
import { logFaults } from "./log-faults.ts";
import { reportFaults } from "./report-faults.ts";

/** Listens to the children of one folder, one after the other, and holds each to what those before it were told. */
export class Witness {
  readonly faults: string[] = [];
  /** How many changes were acknowledged. */
  acknowledged = 0;
  /** How many broken-off writes were found and cut away. */
  torn = 0;
  readonly #logs = new Map<string, LoggedDeploymentEvent[]>();
  readonly #settled = new Set<string>();
  readonly #asked = new Map<string, string[]>();

  /** The deployments whose start was acknowledged. */
  get deployments(): readonly string[] {
    return [...this.#logs.keys()];
  }

  /** Those that the next child has still to show as they are kept, open or just ended. */
  get unsettled(): readonly string[] {
    return this.deployments.filter((deploymentId) => !this.#settled.has(deploymentId));
  }

  /** The deployment that was open when the last child died, and its last acknowledged event. */
  get open(): LoggedDeploymentEvent | undefined {
    return [...this.#logs.values()].map((log) => log.at(-1)).find((last) => last?.type !== "ended");
  }

  /** Whether an open deployment had put a plan in force, and not decided to take it back. */
  get isInCanary(): boolean {
    const log = this.open && this.#logs.get(this.open.deploymentId);
    if (log === undefined) return false;
    const { decision, appliedPlan } = foldDeployment(log) as OpenDeployment;
    return appliedPlan !== undefined && decision?.decision !== "roll_back";
  }

  /** How the deployments have ended. */
  get endings(): readonly DeploymentStatus[] {
    const lasts = [...this.#logs.values()].map((log) => log.at(-1));
    return lasts.flatMap((last) => (last?.type === "ended" ? [last.record.status] : []));
  }

  /** To be called when the last child is gone: everything that was begun must have been brought to its end. */
  judge(): void {
    for (const [deploymentId, log] of this.#logs) {
      const faults = logFaults(log, this.#asked.get(deploymentId) ?? []);
      this.faults.push(...faults.map((fault) => `${deploymentId} ${fault}`));
    }
  }

  hear({ messages, end, errors }: Life): void {
    for (const message of messages) this.#hear(message);
    if (end === "stuck" || end === "failed" || errors !== "") {
      this.faults.push(`a child was to be killed or to finish, and ${end}: ${errors || "without a word"}`);
    }
  }

  #hear(message: ChildMessage): void {
    switch (message.type) {
      case "kept":
        this.#compare(message);
        return;
      case "written":
        for (const change of message.changes) this.#note(change);
        return;
      case "asked":
        this.#asked.set(message.deploymentId, [
          ...(this.#asked.get(message.deploymentId) ?? []),
          message.idempotencyKey,
        ]);
        return;
      case "recovered":
        for (const { deploymentId, resumed } of message.deployments) {
          if (!resumed) this.faults.push(`${deploymentId} could not be resumed`);
        }
        if (message.again > 0) this.faults.push("recovering once more found something to recover");
        return;
      case "ended": {
        const faults = reportFaults(message);
        this.faults.push(...faults.map((fault) => `${message.deploymentId} ${fault}`));
      }
    }
  }

  #note(change: StoreChange): void {
    this.acknowledged += 1;
    if (change.type !== "deployment_event") return;
    const { deploymentId } = change.event;
    this.#logs.set(deploymentId, [...(this.#logs.get(deploymentId) ?? []), change.event]);
  }

  /** What was acknowledged must be kept as it was; more may be kept, of which nobody was told any more. */
  #compare({ verification, torn, logs }: Extract<ChildMessage, { readonly type: "kept" }>): void {
    if (torn) this.torn += 1;
    if (!verification.ok) this.faults.push(`the chain of checksums breaks: ${verification.damage.reason}`);
    else if (verification.from > 0 || verification.changes < this.acknowledged) {
      this.faults.push(
        `${this.acknowledged} changes were acknowledged, ${verification.changes} are kept from ${verification.from} on`,
      );
    } else this.acknowledged = verification.changes;
    for (const [deploymentId, kept] of Object.entries(logs)) {
      const told = this.#logs.get(deploymentId) ?? [];
      if (!isDeepStrictEqual(kept.slice(0, told.length), told)) {
        this.faults.push(`the log of ${deploymentId} does not begin with what was acknowledged`);
      }
      this.#logs.set(deploymentId, [...kept]);
      if (kept.at(-1)?.type === "ended") this.#settled.add(deploymentId);
    }
  }
}
