import { type JsonObject, SparkError } from "@spark/graph";
import { z } from "zod";
import type { BaselineFloor } from "./baseline-floor.ts";
import { RateCheckpoint } from "./rate-evidence.ts";
import { GuardCheckpoint, type SequentialGuard } from "./sequential-guard.ts";

const PanelCheckpoint = z.strictObject({
  guards: z.record(z.string(), GuardCheckpoint),
  baselineFloor: RateCheckpoint.exactOptional(),
});

/** What a sequential panel counts with. */
export interface PanelCounters {
  readonly guards: readonly SequentialGuard[];
  readonly baselineFloor: BaselineFloor | undefined;
}

/** All counts of a panel, to survive a crash. */
export function panelCheckpoint({ guards, baselineFloor }: PanelCounters): JsonObject {
  const counts = Object.fromEntries(guards.map((guard) => [nameOf(guard), guard.toJSON()]));
  return {
    guards: counts,
    ...(baselineFloor === undefined ? {} : { baselineFloor: baselineFloor.toJSON() }),
  };
}

/** Goes on from counts. Throws `storage_corrupt` where some guard has none. */
export function restorePanel({ guards, baselineFloor }: PanelCounters, checkpoint: JsonObject): void {
  const parsed = PanelCheckpoint.safeParse(checkpoint);
  const counts: Record<string, GuardCheckpoint> = parsed.success ? parsed.data.guards : {};
  const missing = guards.map(nameOf).filter((name) => counts[name] === undefined);
  if (missing.length > 0) {
    throw new SparkError("storage_corrupt", `The checkpoint has no counts for ${missing.join(", ")}.`, {
      details: { missing },
    });
  }
  for (const guard of guards) guard.restore(counts[nameOf(guard)] as GuardCheckpoint);
  if (parsed.data?.baselineFloor !== undefined) baselineFloor?.restore(parsed.data.baselineFloor);
}

function nameOf({ test }: SequentialGuard): string {
  return `${test.guard}/${test.comparedWith}`;
}
