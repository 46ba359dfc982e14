import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KillMoment, live } from "../crash/life.ts";
import type { LoopDeath, LoopMessage, LoopOrders } from "./loop-message.ts";
import { LoopWitness } from "./loop-witness.ts";

/** How a child dies. */
export type PlannedDeath = LoopDeath | KillMoment;

/** What a death left, and what was found wrong in the process that died and at the opening of the next one. */
export interface LoopInheritance {
  readonly planned: PlannedDeath;
  /** The last acknowledged change; nothing where it had written none. */
  readonly left: string | undefined;
  /** True where it died in a cycle, not before its first one or after its last. */
  readonly inCycle: boolean;
  /** Hypotheses without an ending that the next process found. */
  readonly open: readonly string[];
  readonly faults: readonly string[];
}

/** Cycles that a child runs at the most, to come to where it dies or to settle what is open. */
const mostCycles = 8;

/**
 * Lets children live on one folder, each killed as planned and followed by the next, and a last one that has no
 * ideas and only settles what is left. Tells of each death when its heir has spoken.
 */
export async function loopSuccession(
  program: string,
  plan: readonly PlannedDeath[],
  onDeath: (inheritance: LoopInheritance) => void = () => undefined,
): Promise<LoopWitness> {
  const folder = await mkdtemp(join(tmpdir(), "spark-loop-crash-"));
  const witness = new LoopWitness();
  let dead: Omit<LoopInheritance, "open" | "faults"> | undefined;
  let told = 0;
  for (const [life, planned] of [...plan, undefined].entries()) {
    const child = await live<LoopMessage>(program, ordersFor({ folder, life }, planned), momentOf(planned));
    // What this one found when it opened the store is what the one before it had left.
    const found = child.messages.find((message) => message.type === "kept");
    witness.hear(child);
    if (dead !== undefined) {
      const open = (found?.experiences ?? [])
        .filter(({ status }) => ["proposed", "test_running", "test_passed"].includes(status))
        .map(({ proposal, status }) => `${proposal.rationale} ${status}`);
      onDeath({ ...dead, open, faults: witness.faults.slice(told) });
      told = witness.faults.length;
    }
    const { inCycle, lastWritten } = witness;
    dead = planned === undefined ? undefined : { planned, inCycle, left: lastWritten && textOf(lastWritten) };
  }
  witness.judge();
  if (witness.faults.length === 0) await rm(folder, { recursive: true });
  else witness.faults.push(`what they left is in ${folder}`);
  return witness;
}

function ordersFor(base: Pick<LoopOrders, "folder" | "life">, planned: PlannedDeath | undefined): LoopOrders {
  if (planned === undefined) return { ...base, proposes: false, cycles: mostCycles };
  return { ...base, proposes: true, cycles: mostCycles, ...("since" in planned ? {} : { dies: planned }) };
}

function momentOf(planned: PlannedDeath | undefined): KillMoment | undefined {
  return planned !== undefined && "since" in planned ? planned : undefined;
}

function textOf(change: NonNullable<LoopWitness["lastWritten"]>): string {
  switch (change.type) {
    case "deployment_event":
      return change.event.type;
    case "test_results_updated":
      return `test ${change.testResult.status}`;
    case "deployment_outcome_updated":
      return change.outcome.status;
    default:
      return change.type;
  }
}
