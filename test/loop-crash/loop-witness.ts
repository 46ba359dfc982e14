import { isDeepStrictEqual } from "node:util";
import type { StoreChange } from "@spark/experience-db";
import type { Experience, LoggedDeploymentEvent } from "@spark/rsi-model";
import type { Life } from "../crash/life.ts";
import { endingFaults, isOpen } from "./ending-faults.ts";
import type { LoopMessage } from "./loop-message.ts";
import { TriedChanges } from "./tried-changes.ts";

type Message<Type extends LoopMessage["type"]> = Extract<LoopMessage, { readonly type: Type }>;

/** Listens to the children of one folder, one after the other, and holds each to what those before it were told. */
export class LoopWitness {
  readonly faults: string[] = [];
  /** How many changes were acknowledged. */
  acknowledged = 0;
  /** How many broken-off writes were found and cut away. */
  torn = 0;
  /** As they were shown last. */
  experiences: readonly Experience[] = [];
  /** What the child that died last had in hand: its last acknowledged change. */
  lastWritten: StoreChange | undefined;
  /** True where it died in a cycle. */
  inCycle = false;
  readonly #tried = new TriedChanges();
  readonly #stored = new Set<string>();
  readonly #logs = new Map<string, LoggedDeploymentEvent[]>();

  hear({ messages, end, errors }: Life<LoopMessage>): void {
    this.lastWritten = undefined;
    this.inCycle = false;
    for (const message of messages) this.#hear(message);
    if (end === "stuck" || end === "failed" || errors !== "") {
      this.faults.push(`a child was to be killed or to finish, and ${end}: ${errors || "without a word"}`);
    }
  }

  /** To be called when the last child has settled everything. */
  judge(): void {
    for (const experience of this.experiences) this.faults.push(...endingFaults(experience));
    for (const [deploymentId, log] of this.#logs) {
      const ends = log.filter(({ type }) => type === "ended").length;
      if (ends !== 1) this.faults.push(`${deploymentId} has ${ends} endings in its log, expected one`);
    }
  }

  /** Hypotheses without an ending, as they were shown last. */
  get open(): readonly Experience[] {
    return this.experiences.filter(isOpen);
  }

  #hear(message: LoopMessage): void {
    switch (message.type) {
      case "kept":
        this.#compare(message);
        return;
      case "written":
        for (const change of message.changes) this.#note(change);
        return;
      case "cycle_begun":
        this.inCycle = true;
        return;
      case "cycle_ended":
        this.inCycle = false;
        this.#checkCycle(message);
    }
  }

  #note(change: StoreChange): void {
    this.acknowledged += 1;
    this.lastWritten = change;
    if (change.type === "hypothesis_stored") this.#stored.add(change.hypothesis.hypothesisId);
    if (change.type === "deployment_event") {
      const { deploymentId } = change.event;
      this.#logs.set(deploymentId, [...(this.#logs.get(deploymentId) ?? []), change.event]);
    }
    this.faults.push(...this.#tried.note(change));
  }

  #checkCycle({ success, reason, plan, served, activeVersion }: Message<"cycle_ended">): void {
    if (!success) this.faults.push(`a station broke: ${reason ?? "no reason given"}`);
    const version = plan.kind === "all" ? plan.version : undefined;
    if (version === undefined || !isDeepStrictEqual(served, [version])) {
      this.faults.push(`${served.join(", ")} served while the plan was ${JSON.stringify(plan)}`);
    }
    if (activeVersion !== undefined && activeVersion !== version) {
      this.faults.push(`the record says that ${activeVersion} serves, and ${version} does`);
    }
  }

  /** What was acknowledged must be kept as it was; more may be kept, of which nobody was told any more. */
  #compare({ verification, torn, experiences, logs }: Message<"kept">): void {
    if (torn) this.torn += 1;
    if (!verification.ok) this.faults.push(`the chain of checksums breaks: ${verification.damage.reason}`);
    else if (verification.from > 0 || verification.changes < this.acknowledged) {
      this.faults.push(
        `${this.acknowledged} changes were acknowledged, ${verification.changes} are kept from ${verification.from} on`,
      );
    } else this.acknowledged = verification.changes;
    const shown = new Set(experiences.map(({ hypothesisId }) => hypothesisId));
    for (const id of this.#stored) if (!shown.has(id)) this.faults.push(`${id} was stored and is forgotten`);
    for (const before of this.experiences) {
      const now = experiences.find(({ hypothesisId }) => hypothesisId === before.hypothesisId);
      if (!isOpen(before) && now !== undefined && isOpen(now)) {
        this.faults.push(`${before.hypothesisId} had ended as ${before.status} and is ${now.status} again`);
      }
    }
    for (const [deploymentId, kept] of Object.entries(logs)) {
      const told = this.#logs.get(deploymentId) ?? [];
      if (!isDeepStrictEqual(kept.slice(0, told.length), told)) {
        this.faults.push(`the log of ${deploymentId} does not begin with what was acknowledged`);
      }
      if (kept.length > 0) this.#logs.set(deploymentId, [...kept]);
    }
    this.#tried.learn(experiences);
    this.experiences = experiences;
  }
}
