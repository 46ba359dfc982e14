import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExperienceDatabase } from "@spark/experience-db";
import { FileStore } from "@spark/experience-db/file";
import type { ImprovementHypothesisInput } from "@spark/rsi-model";
import { JSONFilePreset } from "lowdb/node";
import { type Contender, repeated } from "../contender.ts";
import { wallTime } from "../gauge.ts";
import { race } from "../race.ts";
import { report } from "../report.ts";
import { timedRow } from "../row.ts";
import { median } from "../statistics.ts";

const folder = await mkdtemp(join(tmpdir(), "spark-bench-"));
const types = ["prompt_optimization", "caching", "parameter_tuning", "custom"] as const;

function hypothesis(at: number): ImprovementHypothesisInput {
  return {
    hypothesisId: `hyp_${at}`,
    graphId: `graph_${at % 5}`,
    graphVersionBaseline: "1.0.0",
    hypothesisType: types[at % types.length] as (typeof types)[number],
    rationale: `Answers are long where the question is short, so the prompt of step ${at} is cut by a third.`,
    changes: [
      { type: "node_config_update", targetNodeId: `n${at}`, configPath: "prompt", newValue: `shorter ${at}` },
    ],
  };
}

async function database(name: string): Promise<ExperienceDatabase> {
  const opened = new ExperienceDatabase({ store: new FileStore({ folder: join(folder, name) }) });
  await opened.initialize();
  return opened;
}

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

const disk = { gauge: wallTime, batchMs: 40, rounds: 21 };
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
const [many, single] = await race([together, repeated("one", store)], { ...disk, batchMs: 80 });
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

// In alternation, a hundred writes to a young database and a hundred to one of 10,000.
const old = await database("old");
for (let at = 0; at < 10_000; at += 500) {
  await Promise.all(Array.from({ length: 500 }, (_, more) => old.storeHypothesis(hypothesis(at + more))));
}
const early: number[] = [];
const late: number[] = [];
for (let round = 0; round < 15; round += 1) {
  const young = await database(`young-${round}`);
  early.push(1000 * (await msEach(100, () => young.storeHypothesis(hypothesis((written += 1))))));
  late.push(1000 * (await msEach(100, () => old.storeHypothesis(hypothesis(20_000 + (written += 1))))));
  await young.close();
}
report(
  timedRow({ what: "the 10,000th durable write", against: "the 100th", goal: { atMost: 1.3 } }, late, early),
);

// lowdb's own file is quadratic: its cost is taken at stations on the way and summed up between them.
const low = await JSONFilePreset<{ all: ImprovementHypothesisInput[] }>(join(folder, "low.json"), {
  all: [],
});
const writeLow = async (): Promise<void> => {
  low.data.all.push(hypothesis(low.data.all.length));
  await low.write();
};
let lowTotalMs = 0;
let before = { size: 0, ms: await msEach(5, writeLow) };
for (const size of [1000, 2500, 5000, 10_000]) {
  while (low.data.all.length < size) low.data.all.push(hypothesis(low.data.all.length));
  const ms = median([await msEach(5, writeLow), await msEach(5, writeLow), await msEach(5, writeLow)]);
  lowTotalMs += ((size - before.size) * (ms + before.ms)) / 2;
  before = { size, ms };
}
report(
  timedRow(
    {
      what: "10,000 durable writes, one at a time",
      against: "lowdb JSONFile (from 5 stations)",
      goal: { cheaperBy: 50 },
      unit: "s",
    },
    late.map((us) => us / 100),
    late.map(() => lowTotalMs / 1000),
  ),
);

for (const size of [10_000, 100_000]) {
  for (let at = 30_000; old.getStats().totalHypotheses < size; at += 500) {
    await Promise.all(
      Array.from({ length: 500 }, (_, more) => old.storeHypothesis(hypothesis(100_000 + at + more))),
    );
  }
  const all = await old.queryHypotheses({ limit: Infinity });
  const [indexed, filtered] = await race(
    [
      repeated("index", () =>
        old.queryHypotheses({ graphId: "graph_3", hypothesisType: "caching", limit: 50 }),
      ),
      repeated("filter", async () =>
        all
          .filter(({ graphId, hypothesisType }) => graphId === "graph_3" && hypothesisType === "caching")
          .slice(-50),
      ),
    ],
    { rounds: 15 },
  );
  const what = `the last 50 of a graph and type among ${size.toLocaleString("en")}`;
  const row = { what, against: "a filter over the list" };
  report(timedRow(size === 100_000 ? { ...row, goal: { cheaperBy: 100 } } : row, indexed, filtered));
}

await old.close();
await ours.close();
await log.close();
await rm(folder, { recursive: true });
