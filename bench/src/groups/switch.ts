import { type GraphVersion, graphVersion, LiveGraph, type TrafficPlan } from "@spark/graph";
import { repeated } from "../contender.ts";
import { race } from "../race.ts";
import { report } from "../report.ts";
import { countedRow, timedRow } from "../row.ts";
import { chainSpec, type Count, graphOf, registry } from "../shapes.ts";

const one = graphVersion(chainSpec(10));
const two = graphVersion({ ...chainSpec(10), description: "the candidate" }, { parent: one });
const live = new LiveGraph<Count, Count>({ version: one, registry });
live.install(two);
const input: Count = { v: 0 };

const planOf = ({ versionId }: GraphVersion): TrafficPlan => ({ kind: "all", version: versionId });
const plans = [planOf(one), planOf(two)] as const;
const graphs = [graphOf(chainSpec(10)), graphOf(chainSpec(10))] as const;
let current: (typeof graphs)[number] = graphs[0];
let side = 0;

const [switched, kept, swapped] = await race([
  repeated("switch", () => {
    side = 1 - side;
    live.setPlan(plans[side as 0 | 1], live.revision);
    return live.run(input);
  }),
  repeated("no switch", () => live.run(input)),
  repeated("pointer", () => {
    side = 1 - side;
    current = graphs[side as 0 | 1];
    return current.run(input);
  }),
]);
report(
  timedRow(
    {
      what: "decision to the end of the first run on the other version",
      against: "a pointer swap and a call",
      goal: { atMost: 2 },
    },
    switched,
    swapped,
  ),
);
report(timedRow({ what: "the same", against: "a live run without a switch" }, switched, kept));

// A thousand runs under way, and a switch in their middle: which version does each run begin on afterwards?
let late = 0;
live.runs$.subscribe(({ planRevision, versionId }) => {
  const { versionId: expected } = planRevision % 2 === first % 2 ? one : two;
  if (versionId !== expected) late += 1;
});
live.setPlan(plans[0], live.revision);
const first = live.revision;
for (let round = 0; round < 100; round += 1) {
  const before = Array.from({ length: 500 }, (_, at) => live.run(input, { key: `k${at}` }));
  live.setPlan(plans[((round + 1) % 2) as 0 | 1], live.revision);
  const after = Array.from({ length: 500 }, (_, at) => live.run(input, { key: `k${at}` }));
  await Promise.all([...before, ...after]);
}
report(
  countedRow(
    {
      what: "of 100,000 runs, begun on the old version after the switch",
      against: "none",
      unit: "runs",
      goal: { atMost: 0 },
    },
    late,
    1,
  ),
);
