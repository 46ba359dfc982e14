import type { UserGuard } from "@spark/rsi-deploy";
import { limits } from "../chapters.ts";

/**
 * What nobody can see of a mail that has just been sorted is whether that was right; that a person has to look at it
 * can be seen. As with errors, a version may not make much more of it.
 */
export const leftToPeople: UserGuard = {
  name: "left_to_people",
  read: ({ ok, nodes }) => (ok ? nodes.some(({ nodeId }) => nodeId === "review") : undefined),
  direction: "higher_is_worse",
  margin: limits.maxErrorRateIncrease,
  severity: "rollback",
};
