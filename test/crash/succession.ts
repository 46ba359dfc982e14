import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoggedDeploymentEvent } from "@spark/rsi-model";
import type { ChildMessage, Intent, Orders, OwnDeath } from "./child-message.ts";
import { type KillMoment, live } from "./life.ts";
import { Witness } from "./witness.ts";

/** What a child proposes, and how it dies. */
export interface PlannedLife {
  readonly proposes: Intent;
  readonly death: OwnDeath | KillMoment;
}

/** What a death left, and what the next process made of it. */
export interface Inheritance {
  readonly planned: PlannedLife;
  /** The last acknowledged event of the deployment that was open; nothing where none was. */
  readonly left: LoggedDeploymentEvent | undefined;
  /** Whether both versions were to serve when it died. */
  readonly inCanary: boolean;
  /** True where the next process went on with it; false too where that one was killed before it could. */
  readonly resumed: boolean;
  /** Everything found wrong in the process that died and at the opening of the next one. */
  readonly faults: readonly string[];
}

/**
 * Lets children live on one folder, each killed as planned and followed by the next, and a last one that only
 * settles what is left. Tells of each death when its heir has spoken.
 */
export async function succession(
  program: string,
  plan: readonly PlannedLife[],
  onDeath: (inheritance: Inheritance) => void = () => undefined,
): Promise<Witness> {
  const folder = await mkdtemp(join(tmpdir(), "spark-crash-"));
  const witness = new Witness();
  let dead: Omit<Inheritance, "resumed" | "faults"> | undefined;
  let told = 0;
  for (const [life, planned] of [...plan, undefined].entries()) {
    // The last one shows everything once more: nothing of it may have changed.
    const show = planned === undefined ? witness.deployments : witness.unsettled;
    const orders = { folder, life, show };
    const child = await live(program, { ...orders, ...proposals(planned) }, momentOf(planned));
    witness.hear(child);
    if (dead !== undefined) {
      onDeath({ ...dead, resumed: hasResumed(child.messages), faults: witness.faults.slice(told) });
      told = witness.faults.length;
    }
    dead = planned === undefined ? undefined : { planned, left: witness.open, inCanary: witness.isInCanary };
  }
  witness.judge();
  if (witness.faults.length === 0) await rm(folder, { recursive: true });
  else witness.faults.push(`what they left is in ${folder}`);
  return witness;
}

/** A child that is to die goes on until it does. */
function proposals(planned: PlannedLife | undefined): Pick<Orders, "proposes" | "deployments" | "dies"> {
  if (planned === undefined) return { proposes: "sound", deployments: 0 };
  const { proposes, death } = planned;
  return { proposes, deployments: 1000, ...("write" in death ? { dies: death } : {}) };
}

function momentOf(planned: PlannedLife | undefined): KillMoment | undefined {
  return planned !== undefined && "since" in planned.death ? planned.death : undefined;
}

function hasResumed(messages: readonly ChildMessage[]): boolean {
  return messages.some(
    (message) => message.type === "recovered" && message.deployments.some(({ resumed }) => resumed),
  );
}
