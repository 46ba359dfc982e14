import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { systemClock } from "@spark/graph";
import type { ChildMessage } from "./child-message.ts";

/**
 * When a child is killed from outside, in milliseconds since it was spawned, since it had opened the store, or since
 * it had put the first plan of a canary in force.
 */
export interface KillMoment {
  readonly since: "spawned" | "opened" | "canary";
  readonly ms: number;
}

/** The life of one child process. */
export interface Life<Message = ChildMessage> {
  readonly messages: readonly Message[];
  /** `stuck`: it did not end in time; `failed`: it ended by itself, and not well. */
  readonly end: "killed" | "finished" | "stuck" | "failed";
  readonly errors: string;
}

const longestLifeMs = 30_000;

/** Starts a child, kills it at the moment given, and tells what it told. */
export async function live<Message = ChildMessage>(
  program: string,
  orders: object,
  kill?: KillMoment,
): Promise<Life<Message>> {
  const child = spawn(process.execPath, [program, JSON.stringify(orders)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = once(child, "exit");
  const killIn = (ms: number) => systemClock.schedule(ms, () => void child.kill("SIGKILL"));
  let stuck = false;
  const cancels = [
    systemClock.schedule(longestLifeMs, () => {
      stuck = true;
      child.kill("SIGKILL");
    }),
  ];
  if (kill?.since === "spawned") cancels.push(killIn(kill.ms));
  const errors = child.stderr.setEncoding("utf8").toArray();
  const messages: Message[] = [];
  let isInCanary = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const message = messageIn(line) as Message | undefined;
    if (message === undefined) break;
    messages.push(message);
    if (kill?.since === "opened" && messages.length === 1) cancels.push(killIn(kill.ms));
    if (kill?.since === "canary" && !isInCanary && beginsCanary(message as ChildMessage)) {
      isInCanary = true;
      cancels.push(killIn(kill.ms));
    }
  }
  const [code, signal] = (await exit) as [number | null, NodeJS.Signals | null];
  for (const cancel of cancels) cancel();
  const end = stuck ? "stuck" : signal === "SIGKILL" ? "killed" : code === 0 ? "finished" : "failed";
  return { messages, end, errors: (await errors).join("") };
}

/** Both versions serve from the first plan that is put in force, in this process or before the last one died. */
function beginsCanary(message: ChildMessage): boolean {
  return (
    message.type === "written" &&
    message.changes.some((change) => change.type === "deployment_event" && change.event.type === "plan_set")
  );
}

/** Nothing for a line that was cut off in the middle. */
function messageIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
