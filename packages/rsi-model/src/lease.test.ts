import { isSparkError } from "@spark/graph";
import { expect, test } from "vitest";
import { type Lease, refuseStale, renewLease, takeLease } from "./lease.ts";

const lease: Lease = { graphId: "g", holder: "ann", token: 4, expiresAt: 1000 };
const claim = { graphId: "g", holder: "bob", ttlSeconds: 2 };

test("a lease is given to one at a time, and the next one has a higher token", () => {
  expect(takeLease(undefined, claim, 10)).toEqual({
    ok: true,
    lease: { graphId: "g", holder: "bob", token: 1, expiresAt: 2010 },
  });
  expect(takeLease(lease, claim, 999)).toEqual({ ok: false, lease });
  expect(takeLease(lease, claim, 1000)).toMatchObject({ ok: true, lease: { holder: "bob", token: 5 } });
});

test("a lease is renewed by its token, also late, as long as nobody else has taken it", () => {
  expect(renewLease(lease, { token: 4, ttlSeconds: 1 }, 5000)).toMatchObject({ token: 4, expiresAt: 6000 });
  expect(renewLease(lease, { token: 3, ttlSeconds: 1 }, 500)).toBeUndefined();
  expect(renewLease(undefined, { token: 1, ttlSeconds: 1 }, 500)).toBeUndefined();
});

test("who has not the last token is fenced off, and who has none is told who holds the lease", () => {
  const refusal = (last: Lease | undefined, token: number | undefined, now: number) => {
    try {
      refuseStale(last, token, now);
      return "allowed";
    } catch (error) {
      for (const code of ["lease_lost", "lease_held"] as const) if (isSparkError(error, code)) return code;
      throw error;
    }
  };
  expect(refusal(lease, 4, 0)).toBe("allowed");
  expect(refusal(lease, 4, 2000)).toBe("allowed");
  expect(refusal(lease, 3, 0)).toBe("lease_lost");
  expect(refusal(undefined, 1, 0)).toBe("lease_lost");
  expect(refusal(lease, undefined, 999)).toBe("lease_held");
  expect(refusal(lease, undefined, 1000)).toBe("allowed");
  expect(refusal(undefined, undefined, 0)).toBe("allowed");
  expect(() => refuseStale(lease, undefined, 0)).toThrow(/decided by ann.*token 4/);
});
