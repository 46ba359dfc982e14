import { JsonObject } from "@spark/graph";
import { RunTallyJson } from "@spark/telemetry";
import { z } from "zod";
import { ShadowTallyJson } from "./shadow/shadow-report.ts";

const runs = z.strictObject({ baseline: z.int().nonnegative(), candidate: z.int().nonnegative() });

/** All that a look leaves in the log, so that another process can go on as if it had been watching itself. */
export const StageCheckpoint = z
  .strictObject({
    /** How long the stage was watched, pauses and time between two processes left out. */
    watchedMs: z.number().nonnegative(),
    stageRuns: runs,
    baseline: RunTallyJson,
    candidate: RunTallyJson,
    /** The guards' counts, in the schema of the panel. */
    panel: JsonObject,
    shadow: ShadowTallyJson.exactOptional(),
  })
  .readonly();
export type StageCheckpoint = z.infer<typeof StageCheckpoint>;
