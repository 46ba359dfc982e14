import { repeated } from "../contender.ts";
import { guardedProduction } from "../guarded-production.ts";
import { flagged, growthBook, openFeatureMetrics, promMetrics, unleash } from "../peers/flags.ts";
import { type Laps, race } from "../race.ts";
import { report } from "../report.ts";
import { between, timedRow } from "../row.ts";
import { chainSpec, type Count, graphOf } from "../shapes.ts";

const graph = graphOf(chainSpec(10));
const input: Count = { v: 0 };
const keys = Array.from({ length: 1000 }, (_, at) => `user-${at}`);
let turn = 0;
const nextKey = (): string => keys[(turn += 1) % keys.length] as string;

const bareRun = (): Promise<Count> => graph.run(input);
const bare = repeated("bare", bareRun);
const bareKeyed = { run: bareRun, key: nextKey };

const watched = await guardedProduction({ watched: true });
const live = repeated("live", () => watched.live.run(input, { key: nextKey() }));

const [bareLaps, guarded] = await race([bare, live]);
report(
  timedRow(
    {
      what: "live run in a canary: sticky split, per-node times, all guards",
      against: "the compiled plan, bare",
      goal: { atMost: 2 },
    },
    guarded,
    bareLaps,
  ),
);

/** What each adds to the bare run, round by round. */
const added = (laps: Laps, base: Laps): Laps => between(laps, base, (us, baseUs) => us - baseUs);
const flags = {
  "GrowthBook + prom-client": repeated(
    "GrowthBook",
    flagged(await growthBook(), { metrics: promMetrics(), ...bareKeyed }),
  ),
  "Unleash + prom-client": repeated(
    "Unleash",
    flagged(await unleash(), { metrics: promMetrics(), ...bareKeyed }),
  ),
  "OpenFeature + OpenTelemetry": repeated("OpenFeature", flagged(...(await openFeatureMetrics(bareKeyed)))),
};
for (const [name, contender] of Object.entries(flags)) {
  const [base, ours, theirs] = await race([bare, live, contender]);
  const subject = { what: "added to a bare run: routing, per-node records, guards", against: name };
  report(timedRow({ ...subject, goal: { cheaperBy: 3 } }, added(ours, base), added(theirs, base)));
}
await watched.close();
process.exit();
