import { SparkError } from "@spark/graph";
import { z } from "zod";

const id = z.string().min(1);

/** The right to decide about a graph's deployments, which one writer has at a time. */
export const Lease = z
  .strictObject({
    graphId: id,
    /** Who has it, for people. */
    holder: id,
    /** Higher each time the lease is taken: of two writers, the one with the lower token is stale. */
    token: z.int().positive(),
    /** Milliseconds since the Unix epoch; from then on somebody else may take it. */
    expiresAt: z.number().nonnegative(),
  })
  .readonly();
export type Lease = z.infer<typeof Lease>;

/** Who wants the lease of a graph, and for how long unless it is renewed. */
export const LeaseClaim = z
  .strictObject({ graphId: id, holder: id, ttlSeconds: z.number().positive() })
  .readonly();
export type LeaseClaim = z.infer<typeof LeaseClaim>;

/** Which lease is to last for how much longer. */
export type LeaseRenewal = Pick<Lease, "graphId" | "token"> & Pick<LeaseClaim, "ttlSeconds">;

/** The lease that was taken, or the one that stands in the way. */
export type LeaseAnswer =
  | { readonly ok: true; readonly lease: Lease }
  | { readonly ok: false; readonly lease: Lease };

/** Gives the lease to whoever asks, unless another one has it and it has not expired. Pure. */
export function takeLease(last: Lease | undefined, claim: LeaseClaim, now: number): LeaseAnswer {
  if (last !== undefined && now < last.expiresAt) return { ok: false, lease: last };
  const { graphId, holder, ttlSeconds } = claim;
  const token = (last?.token ?? 0) + 1;
  return { ok: true, lease: { graphId, holder, token, expiresAt: now + ttlSeconds * 1000 } };
}

/** The lease with a later expiry; `undefined` where it is another's by now. Pure. */
export function renewLease(
  last: Lease | undefined,
  { token, ttlSeconds }: Pick<LeaseRenewal, "token" | "ttlSeconds">,
  now: number,
): Lease | undefined {
  return last?.token === token ? { ...last, expiresAt: now + ttlSeconds * 1000 } : undefined;
}

/**
 * Fences a writer off who does not have the lease. One that has expired counts until somebody else takes it.
 *
 * @throws SparkError `lease_lost` for a token that is not the last one, `lease_held` for none while a lease is held.
 */
export function refuseStale(last: Lease | undefined, token: number | undefined, now: number): void {
  if (token === last?.token) return;
  if (token === undefined) {
    if (last !== undefined && now < last.expiresAt) throw leaseHeld(last);
    return;
  }
  const since =
    last === undefined ? "it was never given out" : `${last.holder} has token ${last.token} by now`;
  throw new SparkError("lease_lost", `Token ${token} does not count any more: ${since}. Stand down.`, {
    details: { token, ...last },
  });
}

/** The refusal of a second writer, with the holder's name. */
export function leaseHeld(lease: Lease): SparkError {
  const { graphId, holder, token, expiresAt } = lease;
  return new SparkError(
    "lease_held",
    `Deployments of graph "${graphId}" are decided by ${holder}, whose lease (token ${token}) lasts until ` +
      `${new Date(expiresAt).toISOString()} and is renewed while it lives. Close that controller first.`,
    { details: { ...lease } },
  );
}
