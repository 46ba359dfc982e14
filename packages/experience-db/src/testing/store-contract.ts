import assert from "node:assert/strict";
import { isSparkError } from "@spark/graph";
import { ExperienceDatabase } from "../experience-database.ts";
import type { Store } from "../store.ts";
import { changesInOrder, everythingIn, liveThrough } from "./history.ts";

/** What vitest, jest and `node:test` have in common. */
export interface TestFramework {
  describe(name: string, suite: () => void): void;
  test(name: string, body: () => Promise<void>): void;
}

/** A store to be tested. */
export interface StoreUnderTest {
  readonly name: string;
  /** A new, empty store. */
  make(): Promise<Store>;
  /** A second store over what the last one has kept, after that was closed; absent where nothing is kept. */
  reopen?(): Promise<Store>;
}

/** The tests every {@link Store} has to pass. */
export function storeContract(
  { name, make, reopen }: StoreUnderTest,
  { describe, test }: TestFramework,
): void {
  const open = async (store: Store): Promise<ExperienceDatabase> => {
    const database = new ExperienceDatabase({ store });
    await database.initialize();
    return database;
  };

  describe(`${name} keeps the store contract`, () => {
    test("a new store is empty", async () => {
      const database = await open(await make());
      assert.equal(database.getStats().totalHypotheses, 0);
      assert.deepEqual(await database.queryHypotheses(), []);
      await database.close();
    });

    test("what was written can be read", async () => {
      const database = await open(await make());
      await liveThrough(database);
      assert.equal(database.getStats().totalHypotheses, 6);
      assert.equal((await database.readExperience("hyp_3")).status, "rolled_back");
      await database.close();
    });

    test("overlapping writes are acknowledged in their order", async () => {
      const database = await open(await make());
      const acknowledged: number[] = [];
      await Promise.all(
        Array.from({ length: 50 }, async (_, n) => {
          await database.storePattern({ patternId: `p${n}`, patternName: "p", patternType: "t" });
          acknowledged.push(n);
        }),
      );
      assert.deepEqual(
        acknowledged,
        Array.from({ length: 50 }, (_, n) => n),
      );
      await database.close();
    });

    test("a change that does not fit is refused and leaves nothing behind", async () => {
      const database = await open(await make());
      await liveThrough(database, 1);
      const before = await everythingIn(database);
      await assert.rejects(database.updatePatternStats({ patternId: "nobody", success: true }), (error) =>
        isSparkError(error, "unknown_id"),
      );
      assert.deepEqual(await everythingIn(database), before);
      await database.close();
    });

    test("closing waits for the writes under way", async () => {
      const database = await open(await make());
      const write = database.storePattern({ patternId: "p", patternName: "p", patternType: "t" });
      await database.close();
      assert.equal((await write).patternId, "p");
    });

    test("a lease is one writer's at a time, and events of others are refused", async () => {
      const database = await open(await make());
      const first = await leaseOf(database, "first");
      assert.equal(first.ok, true);
      const second = await leaseOf(database, "second");
      assert.deepEqual(second, { ok: false, lease: first.lease });
      const other = await database.takeLease({ graphId: "other", holder: "second", ttlSeconds: 60 });
      assert.equal(other.ok, true);
      await database.appendDeploymentEvent({ ...started, token: first.lease.token });
      await assert.rejects(database.appendDeploymentEvent(stage), (error) =>
        isSparkError(error, "lease_held"),
      );
      await database.releaseLease(first.lease);
      const third = await leaseOf(database, "third");
      assert.equal(third.ok && third.lease.token > first.lease.token, true);
      assert.equal(await database.renewLease({ ...first.lease, ttlSeconds: 60 }), false);
      await assert.rejects(database.appendDeploymentEvent({ ...stage, token: first.lease.token }), (error) =>
        isSparkError(error, "lease_lost"),
      );
      await database.appendDeploymentEvent({ ...stage, token: third.lease.token });
      await database.close();
    });

    if (!reopen) return;

    test("a lease ends with the process that held it, and its token does not come again", async () => {
      const database = await open(await make());
      const first = await leaseOf(database, "first");
      await database.appendDeploymentEvent({ ...started, token: first.lease.token });
      await database.close();
      const again = await open(await reopen());
      const second = await leaseOf(again, "second");
      assert.equal(second.ok && second.lease.token > first.lease.token, true);
      await assert.rejects(again.appendDeploymentEvent({ ...stage, token: first.lease.token }), (error) =>
        isSparkError(error, "lease_lost"),
      );
      await again.appendDeploymentEvent({ ...stage, token: second.lease.token });
      await again.close();
    });

    test("a store that is opened again says the same", async () => {
      const database = await open(await make());
      await liveThrough(database, 12);
      const before = await everythingIn(database);
      await database.close();
      const again = await open(await reopen());
      assert.deepEqual(await everythingIn(again), before);
      await again.close();
    });

    test("a history that is interrupted after each write comes out the same", async () => {
      const throughout = await open(await make());
      await liveThrough(throughout, 4);
      const expected = withoutTimes(await everythingIn(throughout));
      await throughout.close();

      let database = await open(await make());
      for (const write of changesInOrder(4)) {
        await write(database);
        await database.close();
        database = await open(await reopen());
      }
      assert.deepEqual(withoutTimes(await everythingIn(database)), expected);
      await database.close();
    });
  });
}

const leaseOf = (database: ExperienceDatabase, holder: string) =>
  database.takeLease({ graphId: "support", holder, ttlSeconds: 60 });

const started = {
  type: "started",
  deploymentId: "leased",
  at: 1000,
  hypothesisId: "hyp_0",
  graphId: "support",
  baselineVersionId: "v_0",
  candidateVersionId: "v_1",
  strategy: "direct",
  config: {},
  stages: [],
  salt: "salt",
} as const;
const stage = {
  type: "stage_entered",
  deploymentId: "leased",
  at: 1001,
  index: 0,
  name: "all",
  plan: {},
} as const;

const times = new Set(["timestamp", "createdAt", "storedAt", "discoveredAt", "lastUsed"]);

function withoutTimes(everything: unknown): unknown {
  return JSON.parse(JSON.stringify(everything, (key, value: unknown) => (times.has(key) ? 0 : value)));
}
