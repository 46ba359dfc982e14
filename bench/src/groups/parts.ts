import { repeated } from "../contender.ts";
import { guardedProduction } from "../guarded-production.ts";
import { race } from "../race.ts";
import { report } from "../report.ts";
import { between, timedRow } from "../row.ts";
import { chainSpec, type Count, graphOf } from "../shapes.ts";

/* Apart from the group `live`: a program has one live graph, and code that serves two of them is compiled for both. */

const graph = graphOf(chainSpec(10));
const input: Count = { v: 0 };
const keys = Array.from({ length: 1000 }, (_, at) => `user-${at}`);
let turn = 0;
const nextKey = (): string => keys[(turn += 1) % keys.length] as string;

const unwatched = await guardedProduction({ watched: false });
const watched = await guardedProduction({ watched: true });
const [bare, routed, guarded] = await race([
  repeated("bare", () => graph.run(input)),
  repeated("routed", () => unwatched.live.run(input, { key: nextKey() })),
  repeated("guarded", () => watched.live.run(input, { key: nextKey() })),
]);

report(
  timedRow(
    {
      what: "live run without guards: sticky split, per-node times",
      against: "the compiled plan, bare",
      goal: { atMost: 2 },
    },
    routed,
    bare,
  ),
);
report(
  timedRow(
    { what: "guards, windows and logs of one run", against: "1 µs", goal: { atMost: 1 } },
    between(guarded, routed, (us, routedUs) => us - routedUs),
    guarded.map(() => 1),
  ),
);
await watched.close();
process.exit();
