import { z } from "zod";

/** Somebody's word that a change of high risk may be deployed. */
export const Approval = z
  .strictObject({
    approvedBy: z.string().min(1),
    reason: z.string().exactOptional(),
    /** The version that was looked at; another one is refused. */
    versionId: z.string().min(1).exactOptional(),
  })
  .readonly();
export type Approval = z.infer<typeof Approval>;
