import { cp, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExperienceDatabase } from "@spark/experience-db";
import { FileStore, type FileStoreOptions } from "@spark/experience-db/file";
import type { Experience } from "@spark/rsi-model";
import { JSONFilePreset } from "lowdb/node";
import { type Contender, repeated } from "../contender.ts";
import { wallTime } from "../gauge.ts";
import { hypothesis } from "../hypothesis.ts";
import { race } from "../race.ts";
import { report } from "../report.ts";
import { timedRow } from "../row.ts";

const folder = await mkdtemp(join(tmpdir(), "spark-bench-"));

async function database(name: string, options: Partial<FileStoreOptions> = {}): Promise<ExperienceDatabase> {
  const opened = new ExperienceDatabase({ store: new FileStore({ folder: join(folder, name), ...options }) });
  await opened.initialize();
  return opened;
}

/** Stores hypotheses `from` up to `until`, many at once. */
async function fill(target: ExperienceDatabase, from: number, until: number): Promise<void> {
  for (let at = from; at < until; at += 500) {
    await Promise.all(
      Array.from({ length: Math.min(500, until - at) }, (_, more) =>
        target.storeHypothesis(hypothesis(at + more)),
      ),
    );
  }
}

// Opening comes at a start: with nothing else in memory. Timed up to the first answer, and with the first
// look-up by id, which reads all keys.
const compactAfterBytes = Infinity;
const journaled = await database("journaled", { compactAfterBytes });
await fill(journaled, 0, 100_000);
await journaled.close();
await cp(join(folder, "journaled"), join(folder, "folded"), { recursive: true });
const folded = new FileStore({ folder: join(folder, "folded"), compactAfterBytes });
await folded.load();
await folded.compact();
await folded.close();
const openings = { journal: [] as number[], snapshot: [] as number[], byId: [] as number[] };
for (let round = 0; round < 12; round += 1) {
  openings.journal.push(await msToOpen("journaled"));
  openings.snapshot.push(await msToOpen("folded"));
  openings.byId.push(await msToOpen("folded", (opened) => opened.readExperience("hyp_77777")));
}
const what = "opening 100,000 by a fresh snapshot, first query";
const by = { against: "opening by the journal", unit: "ms" };
report(timedRow({ ...by, what, goal: { atMost: 0.1 } }, openings.snapshot, openings.journal));
report(timedRow({ ...by, what: "the same, and the first look-up by id" }, openings.byId, openings.journal));

let written = 0;
const ours = await database("ours");
const store = (): Promise<unknown> => ours.storeHypothesis(hypothesis((written += 1)));

const log = await open(join(folder, "plain.jsonl"), "a");
const appendAndFlush = async (): Promise<void> => {
  await log.appendFile(`${JSON.stringify(hypothesis((written += 1)))}\n`);
  await log.datasync();
};

const inFlight = 64;
const together: Contender = {
  name: "64 at once",
  async run(times) {
    for (let done = 0; done < times; done += inFlight)
      await Promise.all(Array.from({ length: inFlight }, store));
  },
};

// Short laps and many: what else uses the disk then disturbs both contenders of a round alike.
const disk = { gauge: wallTime, batchMs: 10, rounds: 81 };
const [one, plain] = await race(
  [repeated("one", store), repeated("append + fdatasync", appendAndFlush)],
  disk,
);
report(
  timedRow(
    { what: "one durable write, one at a time", against: "append + fdatasync", goal: { atMost: 1.5 } },
    one,
    plain,
  ),
);
const [many, single] = await race([together, repeated("one", store)], { ...disk, batchMs: 20 });
report(
  timedRow(
    { what: "a durable write, 64 in flight", against: "the same, one at a time", goal: { atMost: 0.2 } },
    many,
    single,
  ),
);
/** Milliseconds a write, over `count` writes. */
async function msEach(count: number, write: () => Promise<unknown>): Promise<number> {
  const started = wallTime();
  for (let done = 0; done < count; done += 1) await write();
  return (wallTime() - started) / 1000 / count;
}

// In alternation, a hundred writes to a young database and a hundred to an old one.
const old = await database("old");
let stored = 0;
for (const size of [10_000, 100_000]) {
  await fill(old, stored, size);
  stored = size;
  const early: number[] = [];
  const late: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    const young = await database(`young-${size}-${round}`);
    early.push(1000 * (await msEach(100, () => young.storeHypothesis(hypothesis((written += 1))))));
    late.push(1000 * (await msEach(100, () => old.storeHypothesis(hypothesis((stored += 1))))));
    await young.close();
  }
  const what = `the ${size.toLocaleString("en")}th durable write`;
  report(timedRow({ what, against: "the 100th", goal: { atMost: 1.3 } }, late, early));
  if (size === 10_000) await besideLowdb();
}

const all = await old.queryHypotheses({ limit: Infinity });
const [indexed, filtered] = await race(
  [
    repeated("index", () =>
      old.queryHypotheses({ graphId: "graph_3", hypothesisType: "caching", status: "proposed", limit: 50 }),
    ),
    repeated("filter", async () =>
      all
        .filter(
          ({ graphId, hypothesisType, status }) =>
            graphId === "graph_3" && hypothesisType === "caching" && status === "proposed",
        )
        .slice(0, 50),
    ),
  ],
  { rounds: 15 },
);
report(
  timedRow(
    {
      what: `the newest 50 of a graph, type and status of ${all.length.toLocaleString("en")}`,
      against: "a filter over the list",
      goal: { cheaperBy: 100 },
    },
    indexed,
    filtered,
  ),
);
await old.close();

await ours.close();
await log.close();
await rm(folder, { recursive: true });

/** Milliseconds until a folder of 100,000 has answered. */
async function msToOpen(
  name: string,
  ask: (opened: ExperienceDatabase) => Promise<unknown> = async () => {},
): Promise<number> {
  globalThis.gc?.();
  const started = wallTime();
  const opened = await database(name, { compactAfterBytes });
  await opened.queryHypotheses({ graphId: "graph_3", hypothesisType: "caching", limit: 50 });
  await ask(opened);
  const ms = (wallTime() - started) / 1000;
  await opened.close();
  return ms;
}

/**
 * 10,000 writes, one after the other. The cost of lowdb's own file, with the same rows, grows with each: it is
 * taken at stations on the way, ours in turn with it, and both are summed up between the stations.
 */
async function besideLowdb(): Promise<void> {
  const rows = await old.queryHypotheses({ limit: 10_000 });
  const low = await JSONFilePreset<{ all: Experience[] }>(join(folder, "low.json"), { all: [] });
  const writeLow = async (): Promise<void> => {
    low.data.all.push(rows[low.data.all.length % rows.length] as Experience);
    await low.write();
  };
  const totals = { ours: [] as number[], low: [] as number[] };
  for (let round = 0; round < 5; round += 1) {
    const total = { ours: 0, low: 0 };
    let before = { size: 0, ours: 0, low: 0 };
    for (const size of [1, 1000, 2500, 5000, 10_000]) {
      low.data.all = rows.slice(0, size);
      const at = { size, low: await msEach(5, writeLow), ours: await msEach(20, store) };
      total.low += ((size - before.size) * (at.low + before.low)) / 2000;
      total.ours += ((size - before.size) * (at.ours + before.ours)) / 2000;
      before = at;
    }
    totals.ours.push(total.ours);
    totals.low.push(total.low);
  }
  const what = "10,000 durable writes, one at a time";
  const against = "lowdb JSONFile (from 5 stations)";
  report(timedRow({ what, against, goal: { cheaperBy: 50 }, unit: "s" }, totals.ours, totals.low));
}
