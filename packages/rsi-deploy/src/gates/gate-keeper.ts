import type { Clock } from "@spark/graph";
import type { Approver } from "../approver.ts";
import type { GateAnswer, GateFunction, GateQuestion } from "./gate-question.ts";
import { msUntilOpen } from "./time-of-day.ts";
import { askWebhook, type Send } from "./webhook.ts";

/** What gates are asked with. */
export interface GateKeeperOptions {
  readonly clock: Clock;
  readonly gates: Readonly<Record<string, GateFunction>>;
  readonly send: Send;
}

/** No answer will come by itself: a person has to decide. */
export interface NoAnswer {
  readonly unanswered: string;
}

/** Asks whoever is to open a gate. Rejects only when the signal aborts. */
export class GateKeeper {
  readonly #options: GateKeeperOptions;

  constructor(options: GateKeeperOptions) {
    this.#options = options;
  }

  /** Names of gate functions a strategy asks for that there are none of. */
  missing(approvers: readonly Approver[]): readonly string[] {
    const asked = approvers.flatMap((approver) => (approver.by === "function" ? [approver.name] : []));
    return asked.filter((name) => !Object.hasOwn(this.#options.gates, name));
  }

  async ask(approver: Approver, question: GateQuestion, signal: AbortSignal): Promise<GateAnswer | NoAnswer> {
    const { clock, send } = this.#options;
    switch (approver.by) {
      case "person":
        return { unanswered: "a person decides" };
      case "function":
        return this.#askFunction(approver.name, question, signal);
      case "webhook":
        return askWebhook(approver, question, { send, clock, signal });
      case "time_of_day": {
        await clock.sleep(msUntilOpen(clock.now(), approver), signal);
        const { from, to, timeZone } = approver;
        return { approved: true, by: "time of day", reason: `it is between ${from} and ${to} (${timeZone})` };
      }
    }
  }

  async #askFunction(
    name: string,
    question: GateQuestion,
    signal: AbortSignal,
  ): Promise<GateAnswer | NoAnswer> {
    try {
      const answer = await this.#options.gates[name]?.(question, signal);
      if (answer === undefined) return { unanswered: `there is no gate function "${name}"` };
      return typeof answer === "boolean" ? { approved: answer, by: name } : { by: name, ...answer };
    } catch (error) {
      signal.throwIfAborted();
      return {
        unanswered: `gate function "${name}" failed: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
  }
}
