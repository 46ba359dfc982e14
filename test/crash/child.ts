// A small production in a process of its own: goes on with what another process left open, then deploys one
// change after the other until it is killed. Tells what happens as lines of JSON.
import { ExperienceDatabase } from "@spark/experience-db";
import { FileStore } from "@spark/experience-db/file";
import { type GraphVersion, LiveGraph, systemClock } from "@spark/graph";
import { DeploymentControllerNode, type DeploymentResult, type GateFunction } from "@spark/rsi-deploy";
import type { ChildMessage, Orders } from "./child-message.ts";
import { MortalStore } from "./mortal-store.ts";
import {
  asVersion,
  deploymentConfig,
  firstVersion,
  graphId,
  intentOf,
  proposal,
  registry,
  startTraffic,
} from "./production.ts";

const orders = JSON.parse(process.argv[2] ?? "") as Orders;
const store = new FileStore({ folder: orders.folder, keepHistory: true, compactAfterBytes: 200_000 });
const mortal = new MortalStore(store, {
  told: (changes) => tell({ type: "written", changes }),
  ...(orders.dies === undefined ? {} : { dies: orders.dies }),
});
if (orders.dies?.of === "all") mortal.arm();
const database = new ExperienceDatabase({ store: mortal });
await database.initialize();
await tellKept();

const active = await database.activeVersion(graphId);
const version = active === undefined ? firstVersion : asVersion(await database.readVersion(active));
const live = new LiveGraph({ version, registry });
const stopTraffic = startTraffic(live, `life-${orders.life}`);
const owner: GateFunction = async ({ deploymentId, idempotencyKey }, signal) => {
  tell({ type: "asked", deploymentId, idempotencyKey });
  await systemClock.sleep(30, signal);
  return true;
};
const controller = new DeploymentControllerNode({
  target: live,
  experienceDb: database,
  registry,
  deploymentConfig,
  gates: { owner },
});
const recovered = await controller.recover();
const again = await controller.recover();
tell({
  type: "recovered",
  deployments: recovered.map(({ deploymentId, resumed }) => ({ deploymentId, resumed })),
  again: again.length,
});
for (const { done } of recovered) await tellEnded(await done);
mortal.arm();
for (let made = 0; made < orders.deployments; made += 1) {
  const name = `${orders.life}-${made}`;
  await tellEnded(await controller.run(proposal(orders.proposes, liveVersion(), name)));
}
stopTraffic();
await controller.close();
await tellKept();
await database.close();

/** Writing to a pipe is synchronous: what was told has left the process. */
function tell(message: ChildMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function tellKept(): Promise<void> {
  const open = (await database.openDeployments()).map(({ deploymentId }) => deploymentId);
  const shown = new Set([...orders.show, ...open]);
  const logs = await Promise.all([...shown].map(async (id) => [id, await logOf(id)] as const));
  const verification = await store.verify();
  const torn = store.recovery.torn !== undefined;
  tell({ type: "kept", verification, torn, logs: Object.fromEntries(logs), open });
}

/** Nothing where the log has never heard of it. */
async function logOf(deploymentId: string) {
  return database.readDeployment(deploymentId).catch(() => []);
}

async function tellEnded(result: DeploymentResult): Promise<void> {
  const { deploymentId, status, recorded } = result;
  const error = result.success ? undefined : result.error;
  const [started] = await database.readDeployment(deploymentId);
  if (started?.type !== "started") throw new Error(`${deploymentId} was not started: ${error}`);
  const { hypothesisId, baselineVersionId, candidateVersionId } = started;
  tell({
    type: "ended",
    deploymentId,
    intent: intentOf(hypothesisId),
    baselineVersion: baselineVersionId,
    candidateVersion: candidateVersionId,
    status,
    recorded,
    ...(error === undefined ? {} : { error }),
    plan: live.plan,
    served: await servingVersions(),
    activeVersion: await database.activeVersion(graphId),
    experience: await database.readExperience(hypothesisId),
    candidateOutcome: (await database.readVersion(candidateVersionId)).outcome,
  });
}

/** The versions that serve the next runs. */
async function servingVersions(): Promise<readonly string[]> {
  const versions = new Set<string>();
  const probes = live.runs$.subscribe(({ key, versionId }) => {
    if (key?.startsWith("probe-") === true) versions.add(versionId);
  });
  for (let probe = 0; probe < 20; probe += 1) {
    await live.run({ text: "a probe" }, { key: `probe-${probe}` });
  }
  probes.unsubscribe();
  return [...versions];
}

function liveVersion(): GraphVersion {
  const { plan, versions } = live;
  const found = plan.kind === "all" && versions.find(({ versionId }) => versionId === plan.version);
  if (!found) throw new Error(`Expected one version to serve all, got ${JSON.stringify(plan)}.`);
  return found;
}
