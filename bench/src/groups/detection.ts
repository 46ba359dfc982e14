import { production, proposal } from "@spark/rsi-deploy/testing";
import { report } from "../report.ts";
import { countedRow } from "../row.ts";

/*
 * How many runs a candidate gets that always fails, at ten runs a second, from the first switch to the last run
 * that began on it. Real controller, real graphs, a clock that is moved by hand; the worst of twenty seeds.
 */
const seeds = Array.from({ length: 20 }, (_, at) => at + 1);

async function badRuns(seed: number, strategy: "direct" | "canary"): Promise<number> {
  const scene = production({
    seed,
    ratePerSecond: 10,
    errorRate: 0.01,
    deploymentConfig: { strategy, monitoringDurationSeconds: 60, monitoringIntervalSeconds: 10 },
  });
  await scene.clock.advance(60_000);
  const run = scene.controller.run(proposal(scene.version, { errorRate: 1 }));
  for (let seconds = 0; scene.controller.active === undefined && seconds < 5; seconds += 1)
    await scene.clock.advance(1);
  while (scene.controller.active !== undefined) await scene.clock.advance(1000);
  const result = await run;
  scene.stop();
  if (result.status !== "rolled_back") throw new Error(`The candidate was not taken back: ${result.status}.`);
  return scene.records.filter(({ versionId }) => versionId === result.versionId).length;
}

for (const strategy of ["direct", "canary"] as const) {
  const counts = await Promise.all(seeds.map((seed) => badRuns(seed, strategy)));
  const worst = Math.max(...counts);
  const what = `${strategy}: runs of a candidate that always fails, worst of 20`;
  report(countedRow({ what, against: "10 runs", unit: "runs", goal: { atMost: 1 } }, worst, 10));
  report(countedRow({ what, against: "a look each 10 s (study: 53)", unit: "runs" }, worst, 53));
}
process.exit();
