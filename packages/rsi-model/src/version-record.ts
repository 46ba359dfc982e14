import { GraphSpec, JsonValue } from "@spark/graph";
import { z } from "zod";

const id = z.string().min(1);

/** A version of a graph as it is kept: the whole spec, where it came from, and how it fared. */
export const VersionRecord = z
  .strictObject({
    versionId: id,
    label: id,
    graphId: id,
    spec: GraphSpec,
    /** `versionId` it was made from; absent for a first version. */
    parent: id.exactOptional(),
    hypothesisId: id.exactOptional(),
    deploymentId: id.exactOptional(),
    /** How it differs from its parent, in the schema of whoever made it. */
    diff: JsonValue.exactOptional(),
    outcome: z
      .enum(["in_progress", "completed", "rolled_back", "failed", "aborted", "rejected"])
      .exactOptional(),
    /** Milliseconds since the Unix epoch. */
    storedAt: z.number().nonnegative().exactOptional(),
  })
  .readonly();
export type VersionRecord = z.infer<typeof VersionRecord>;
export type VersionRecordInput = z.input<typeof VersionRecord>;
