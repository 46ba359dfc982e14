import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defineNode } from "./node.ts";
import { LiveGraph } from "./live-graph.ts";
import { NodeRegistry } from "./registry.ts";
import type { RunRecord } from "./run-record.ts";
import { RunRing } from "./run-ring.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { sequentialIds } from "./testing/sequential-ids.ts";
import { graphVersion } from "./version.ts";

const registry = new NodeRegistry([
  defineNode({
    type: "Work",
    process: async ({ ms, fails, cost }: { ms: number; fails: boolean; cost?: number }, context) => {
      if (ms > 0) await context.clock.sleep(ms);
      if (cost !== undefined) context.report({ cost, tokens: 3, quality: 0.5, scores: { steps: 2 } });
      if (fails) throw new TypeError("as asked");
      return { ms: 0, fails };
    },
  }),
]);
const version = graphVersion({
  id: "g",
  start: "first",
  nodes: [
    { id: "first", type: "Work" },
    { id: "second", type: "Work" },
  ],
  edges: [{ id: "e", fromNode: "first", toNode: "second" }],
});

/** Records of real runs: quick and slow, well and failed, with and without a key and reports. */
async function records(count: number): Promise<readonly RunRecord[]> {
  const clock = new ManualClock();
  const live = new LiveGraph({ version, registry, clock, ids: sequentialIds() });
  const seen: RunRecord[] = [];
  live.runs$.subscribe((record) => seen.push(record));
  for (let at = 0; at < count; at += 1) {
    const inputs = { ms: at % 3 === 0 ? 5 : 0, fails: at % 5 === 0, ...(at % 4 === 0 ? { cost: at } : {}) };
    const run = live.run(inputs, at % 2 === 0 ? { key: `key-${at}` } : {}).catch(() => undefined);
    await clock.advance(5);
    await run;
  }
  return seen;
}

const asJson = (record: RunRecord): unknown => JSON.parse(JSON.stringify(record));

describe("a ring of runs", () => {
  test("gives back every record as it was, the last one first", async () => {
    const added = await records(300);
    const ring = new RunRing(1000);
    for (const record of added) ring.add(record);
    expect(ring.size).toBe(300);
    const kept = [...ring.newestFirst()];
    expect(kept.map(asJson)).toEqual(added.toReversed().map(asJson));
    expect(kept.map(({ nodes }) => nodes)).toEqual(added.toReversed().map(({ nodes }) => nodes));
    expect(kept.map((record) => Object.keys(record))).toEqual(
      added.toReversed().map((record) => Object.keys(record)),
    );
  });

  test("keeps the last ones, whatever its capacity and however many there were", async () => {
    const added = await records(60);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 3000 }),
        fc.integer({ min: 0, max: 3000 }),
        (capacity, picks, lookedAt) => {
          const ring = new RunRing(capacity);
          picks.forEach((pick, at) => {
            ring.add(added[pick] as RunRecord);
            if (at === lookedAt) expect([...ring.newestFirst()]).toHaveLength(Math.min(at + 1, capacity));
          });
          const expected = picks.slice(-capacity).toReversed();
          expect(ring.size).toBe(expected.length);
          expect([...ring.newestFirst()].map(({ sequence }) => sequence)).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("keeps records from elsewhere as they are, also where one of its own was before", async () => {
    const own = await records(3);
    const other: RunRecord = { ...(own[0] as RunRecord), runId: "elsewhere", nodes: [] };
    const ring = new RunRing(2);
    for (const record of [...own, other]) ring.add(record);
    const [first, second] = [...ring.newestFirst()];
    expect(first).toBe(other);
    expect(second?.sequence).toBe(2);
    for (const record of own) ring.add(record);
    expect([...ring.newestFirst()].map(({ runId }) => runId)).toEqual(["live_1-2", "live_1-1"]);
  });
});
