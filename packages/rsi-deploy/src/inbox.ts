import { Observable } from "rxjs";
import type { Command, CommandResult } from "./command.ts";

/** A command and the answer it waits for. */
export interface PendingCommand {
  readonly command: Command;
  readonly answer: (result: CommandResult) => void;
}

/** Commands to a deployment. What comes in while nobody reads is read first by the next reader. */
export class Inbox {
  #pending: PendingCommand[] = [];
  #reader: ((pending: PendingCommand) => void) | undefined;
  #closed = false;
  #accepted: (() => void)[] = [];

  /** Hands a command over; resolves to what came of it. */
  push(command: Command): Promise<CommandResult> {
    if (this.#closed) return Promise.resolve({ ok: false, reason: "the deployment has ended" });
    return new Promise((answer) => {
      const pending = { command, answer };
      if (this.#reader === undefined) this.#pending.push(pending);
      else this.#reader(pending);
    });
  }

  /** The commands, for one reader at a time. */
  readonly commands$ = new Observable<PendingCommand>((subscriber) => {
    this.#reader = (pending) => subscriber.next(pending);
    for (const pending of this.#pending.splice(0)) {
      if (subscriber.closed) this.#pending.push(pending);
      else subscriber.next(pending);
    }
    return () => {
      this.#reader = undefined;
    };
  });

  /** Notes that a command was obeyed; whoever gave it is told with {@link acknowledge}. */
  accept({ answer }: PendingCommand): void {
    this.#accepted.push(() => answer({ ok: true }));
  }

  /** To be called when the log has what was obeyed: told sooner, a crash could make it untrue. */
  acknowledge(): void {
    for (const answer of this.#accepted.splice(0)) answer();
  }

  /** Refuses what still waits and whatever comes. */
  close(): void {
    this.#closed = true;
    this.acknowledge();
    for (const { answer } of this.#pending.splice(0))
      answer({ ok: false, reason: "the deployment has ended" });
  }
}
