import { graphVersion, LiveGraph } from "@spark/graph";
import { DeploymentControllerNode } from "@spark/rsi-deploy";
import { heapUsed } from "../memory.ts";
import { report } from "../report.ts";
import { countedRow } from "../row.ts";
import { chainSpec, type Count, registry } from "../shapes.ts";
import { median } from "../statistics.ts";

/* Traffic as fast as it goes, a deployment every minute (or twelve in all, where that is shorter), and the heap
   after full collections: it must not grow with the time. */

const minutes = Number(process.argv[process.argv.indexOf("--minutes") + 1] ?? "") || 1;
const totalMs = minutes * 60_000;
const periodMs = Math.min(60_000, totalMs / 12);
const stageSeconds = periodMs / 1000 / 8;

const live = new LiveGraph<Count, Count>({ version: graphVersion(chainSpec(10)), registry });
const controller = new DeploymentControllerNode({
  target: live,
  deploymentConfig: {
    strategy: "canary",
    monitoringDurationSeconds: stageSeconds,
    monitoringIntervalSeconds: stageSeconds / 2,
  },
});
const startedAt = performance.now();
const elapsed = (): number => performance.now() - startedAt;
const ended: Record<string, number> = {};
const samples: { readonly at: number; readonly bytes: number }[] = [];
let runs = 0;
let deployed = 0;

async function deploy(): Promise<void> {
  deployed += 1;
  const baseline = live.versions.find(
    ({ versionId }) => live.plan.kind === "all" && versionId === live.plan.version,
  );
  const hypothesisId = `h${deployed}`;
  const result = await controller.run({
    hypothesis: {
      hypothesisId,
      graphId: live.graphId,
      graphVersionBaseline: baseline?.label ?? "1.0.0",
      hypothesisType: "parameter_tuning",
      changes: [{ type: "node_config_update", targetNodeId: "n0", configPath: "by", newValue: deployed }],
    },
    testResult: { hypothesisId, testId: `t${deployed}`, status: "passed" },
  });
  const how = result.success ? result.status : `${result.status}: ${result.rollbackReason ?? result.error}`;
  ended[how] = (ended[how] ?? 0) + 1;
}

let deploying: Promise<void> = Promise.resolve();
while (elapsed() < totalMs) {
  for (let done = 0; done < 2000; done += 1)
    await live.run({ v: 0 }, { key: `user-${(runs + done) % 5000}` });
  runs += 2000;
  await new Promise(setImmediate);
  if (elapsed() >= deployed * periodMs) deploying = deploy();
  // Between two deployments, so that what one of them holds meanwhile is not taken for growth.
  if (controller.active === undefined && elapsed() >= (samples.length + 1) * periodMs) {
    samples.push({ at: elapsed(), bytes: heapUsed() });
    console.log(
      `  ${(elapsed() / 60_000).toFixed(1)} min  ${runs.toLocaleString("en")} runs  ${deployed} deployments  ` +
        `${(heapUsed() / 2 ** 20).toFixed(2)} MiB`,
    );
  }
}
await controller.close();
await deploying;
for (const [how, times] of Object.entries(ended)) console.log(`  ${times} × ${how}`);

const third = Math.max(1, Math.floor(samples.length / 3));
const first = median(samples.slice(0, third).map(({ bytes }) => bytes));
const last = median(samples.slice(-third).map(({ bytes }) => bytes));
report(
  countedRow(
    {
      what: `heap after ${minutes} min: ${runs.toLocaleString("en")} runs, ${deployed} deployments, last third`,
      against: "the first third",
      unit: "MiB",
      per: 2 ** 20,
      goal: { atMost: 1.05 },
    },
    last,
    first,
  ),
);
process.exit();
