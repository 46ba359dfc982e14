import { z } from "zod";

/** What a fallback edge brings from a station that broke. */
export const StationFailure = z.object({
  /** What the station was given. */
  inputs: z.unknown(),
  error: z.object({ nodeId: z.string(), message: z.string() }),
});
export type StationFailure = z.infer<typeof StationFailure>;
