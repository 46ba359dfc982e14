import {
  defineNode,
  graphVersion,
  LiveGraph,
  type MirrorLimits,
  NodeRegistry,
  type TrafficPlan,
} from "@spark/graph";
import { comparePair } from "@spark/rsi-deploy";
import type { Contender } from "../contender.ts";
import { wallTime } from "../gauge.ts";
import { race } from "../race.ts";
import { report } from "../report.ts";
import { timedRow } from "../row.ts";
import { chainSpec, type Count, graphOf, registry } from "../shapes.ts";
import { quantile } from "../statistics.ts";

const input: Count = { v: 0 };

interface Shadow {
  readonly spec: ReturnType<typeof chainSpec>;
  readonly nodes: NodeRegistry;
  /** Of the runs, which are repeated. */
  readonly share: number;
  readonly mirrorLimits?: MirrorLimits;
}

/** A live graph of a shape that repeats runs on a candidate and compares the two. */
function shadowed({ spec, nodes, share, mirrorLimits = {} }: Shadow) {
  const one = graphVersion(spec);
  const two = graphVersion({ ...spec, description: "the candidate" }, { parent: one });
  const live = new LiveGraph<Count, Count>({
    version: one,
    registry: nodes,
    mirrorLimits,
  });
  live.install(two);
  const plan: TrafficPlan = {
    kind: "shadow",
    live: one.versionId,
    mirrored: two.versionId,
    mirroredShare: share,
    salt: "s",
  };
  live.setPlan(plan, live.revision);
  const compared = { equal: 0, other: 0 };
  live.pairs$.subscribe((pair) => {
    const { class: verdict } = comparePair(pair, { numericTolerance: 0, comparators: {} });
    compared[verdict === "equal" ? "equal" : "other"] += 1;
    if (compared.equal + compared.other === expected) reached();
  });
  let expected = 0;
  let reached = (): void => undefined;
  /** Resolves when so many more pairs have been compared. */
  const pairs = (count: number): Promise<void> => {
    expected = compared.equal + compared.other + count;
    return new Promise((resolve) => (reached = resolve));
  };
  return { live, compared, pairs };
}

// A mirror does not keep a process alive, and here nothing else does while it is waited for.
const alive = setInterval(() => undefined, 1000);

/** Runs between two turns of the event loop, which a service takes at each request. */
const atOnce = 50;
const { live, compared, pairs } = shadowed({ spec: chainSpec(10), nodes: registry, share: 1 });
const both: Contender = {
  name: "shadow",
  async run(times) {
    for (let done = 0; done < times; done += atOnce) {
      const count = Math.min(atOnce, times - done);
      const repeated = pairs(count);
      for (let at = 0; at < count; at += 1) await live.run(input);
      await repeated;
    }
  },
};
const graph = graphOf(chainSpec(10));
const bare: Contender = {
  name: "bare",
  async run(times) {
    for (let done = 0; done < times; done += 1) await graph.run(input);
  },
};
const [shadow, plain] = await race([both, bare], { rounds: 15 });
clearInterval(alive);
if (compared.other > 0 || live.mirrorCounts.dropped > 0)
  throw new Error("not every pair was compared as equal");
report(
  timedRow(
    {
      what: "shadow: both versions run, recorded, compared, chain of 10",
      against: "the compiled plan, bare",
      goal: { atMost: 3.5 },
    },
    shadow,
    plain,
  ),
);

// What the live side feels of it, with nodes that wait as nodes do: three of 2 ms each, 20 new runs every 10 ms.
const waiting = new NodeRegistry([
  defineNode({
    type: "AddOne",
    process: async (count: unknown) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return { v: (count as Count).v + 1 };
    },
  }),
]);
const busy = { spec: chainSpec(3), nodes: waiting, mirrorLimits: { concurrency: 4, queue: 1000 } };
const mirrored = shadowed({ ...busy, share: 1 });
const alone = shadowed({ ...busy, share: 0 });
const p95s = { mirrored: [] as number[], alone: [] as number[] };
for (let round = 0; round < 21; round += 1) {
  p95s.mirrored.push(await p95(mirrored.live));
  p95s.alone.push(await p95(alone.live));
}
const what = "p95 of a live run of 6 ms while it is mirrored";
report(
  timedRow({ what, against: "the same, not mirrored", goal: { atMost: 1.02 } }, p95s.mirrored, p95s.alone),
);
process.exit();

async function p95(one: LiveGraph<Count, Count>): Promise<number> {
  const times: number[] = [];
  const timed = async (): Promise<void> => {
    const started = wallTime();
    await one.run(input);
    times.push(wallTime() - started);
  };
  const runs: Promise<void>[] = [];
  for (let burst = 0; burst < 20; burst += 1) {
    runs.push(...Array.from({ length: 20 }, timed));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await Promise.all(runs);
  return quantile(times, 0.95);
}
