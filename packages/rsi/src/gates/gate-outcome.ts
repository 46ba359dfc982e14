import { z } from "zod";

/**
 * What a gate gives: its input, and whether to go on; where not, the reason. The way on is an edge with the
 * condition `{ kind: "equals", equals: { shouldContinue: true } }`, the way out one with `false`.
 */
export function gateOutcome<Open extends z.ZodRawShape, Closed extends z.ZodRawShape>(shapes: {
  readonly open: Open;
  readonly closed: Closed;
}) {
  return z
    .discriminatedUnion("shouldContinue", [
      z.strictObject({ ...shapes.open, shouldContinue: z.literal(true) }),
      z.strictObject({ ...shapes.closed, shouldContinue: z.literal(false), reason: z.string().min(1) }),
    ])
    .readonly();
}
