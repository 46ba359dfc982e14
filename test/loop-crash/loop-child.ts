// A loop around a small production in a process of its own: takes up what another process left, then runs cycle
// after cycle until it is killed. Tells what happens as lines of JSON.
import { ExperienceDatabase } from "@spark/experience-db";
import { FileStore } from "@spark/experience-db/file";
import { type GraphVersion, LiveGraph, systemClock } from "@spark/graph";
import { approveReview, type HypothesisModel, type PhaseNote, RSIMetaGraph } from "@spark/rsi";
import { DeploymentControllerNode } from "@spark/rsi-deploy";
import { MortalStore } from "../crash/mortal-store.ts";
import { asVersion } from "../crash/production.ts";
import { isOpen } from "./ending-faults.ts";
import type { LoopMessage, LoopOrders, Place } from "./loop-message.ts";
import {
  firstVersion,
  graphId,
  loopConfig,
  modelOf,
  registry,
  scorerFor,
  settingsOf,
} from "./loop-production.ts";

const orders = JSON.parse(process.argv[2] ?? "") as LoopOrders;
const { dies, life } = orders;
const store = new FileStore({ folder: orders.folder, keepHistory: true, compactAfterBytes: 200_000 });
const mortal = new MortalStore(store, {
  told: (changes) => tell({ type: "written", changes }),
  ...(dies !== undefined && "write" in dies ? { dies } : {}),
});
if (dies !== undefined && "write" in dies && dies.of === "all") mortal.arm();
const database = new ExperienceDatabase({ store: mortal });
await database.initialize();
await tellKept();

const active = await database.activeVersion(graphId);
const version = active === undefined ? firstVersion : asVersion(await database.readVersion(active));
const live = new LiveGraph<{ isLive: boolean }>({ version, registry });
const stopTraffic = startTraffic();
const visits = new Map<Place, number>();
const liveSettings = () => settingsOf(liveVersion() ?? version);

const controllers: DeploymentControllerNode[] = [];
const loop = new RSIMetaGraph({
  config: loopConfig,
  registry,
  experienceDb: database,
  testing: {
    testInputs: [{ isLive: false }],
    scorer: (run) => {
      comeTo("test");
      return scorerFor(life, liveSettings())(run);
    },
  },
  controller: (target, deploymentConfig) => {
    const controller = new DeploymentControllerNode({
      target,
      registry,
      experienceDb: database,
      deploymentConfig,
      gates: {
        owner: async (_question, signal) => {
          comeTo("gate");
          await systemClock.sleep(20, signal);
          return true;
        },
      },
    });
    controllers.push(controller);
    return controller;
  },
  targetGraph: live,
  model: orders.proposes ? withDeath(modelOf(life, liveSettings)) : { name: "none", propose: async () => [] },
  notify: () => comeTo("review"),
  onPhase,
});
mortal.arm();
for (let cycle = 1; cycle <= orders.cycles && !(await isSettled()); cycle += 1) {
  await approveAll();
  await served(30);
  tell({ type: "cycle_begun" });
  const running = loop.run();
  await dieInAnalysis();
  const { success, reason } = await running;
  tell({
    type: "cycle_ended",
    success,
    ...(reason === undefined ? {} : { reason }),
    plan: live.plan,
    served: await servingVersions(),
    activeVersion: await database.activeVersion(graphId),
  });
}
// Where it was to die and has not come to that place: what has failed often enough is not proposed any more.
if (orders.proposes) process.kill(process.pid, "SIGKILL");
stopTraffic();
await loop.close();
await Promise.all(controllers.map((controller) => controller.close()));
await tellKept();
await database.close();

/** Writing to a pipe is synchronous: what was told has left the process. */
function tell(message: LoopMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Dies where that was ordered. */
function comeTo(place: Place): void {
  const visit = (visits.get(place) ?? 0) + 1;
  visits.set(place, visit);
  if (dies !== undefined && "place" in dies && dies.place === place && dies.time === visit) {
    process.kill(process.pid, "SIGKILL");
  }
}

function onPhase({ phase, summary }: PhaseNote): void {
  if (phase === "validation" || phase === "ranking" || phase === "learning") comeTo(phase);
  if (phase === "testing" && summary !== "begun") comeTo("tested");
  if (phase === "deployment") comeTo("deployed");
}

function withDeath(model: HypothesisModel): HypothesisModel {
  return {
    name: model.name,
    propose: async (request) => {
      comeTo("proposing");
      return model.propose(request);
    },
  };
}

/** Between the start of a cycle and the first idea nothing of ours is called: a few turns in, it analyses. */
async function dieInAnalysis(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  comeTo("analysis");
}

/** Where it has no ideas of its own there is nothing left to do once all has ended. */
async function isSettled(): Promise<boolean> {
  if (orders.proposes || (await database.openDeployments()).length > 0) return false;
  return (await database.queryHypotheses({ graphId, limit: 10_000 })).every((one) => !isOpen(one));
}

/** There is always a person who says yes, between two cycles. */
async function approveAll(): Promise<void> {
  for (const { requestId } of await database.queryReviews({ status: "pending" })) {
    await approveReview(database, { requestId, reviewer: "ada" });
  }
}

async function tellKept(): Promise<void> {
  const experiences = await database.queryHypotheses({ graphId, limit: 10_000 });
  const open = (await database.openDeployments()).map(({ deploymentId }) => deploymentId);
  const ids = experiences.flatMap(({ deployments }) =>
    deployments.flatMap(({ deploymentId }) => deploymentId ?? []),
  );
  const logs = await Promise.all(
    [...new Set([...ids, ...open])].map(async (id) => [id, await logOf(id)] as const),
  );
  const verification = await store.verify();
  const torn = store.recovery.torn !== undefined;
  tell({ type: "kept", verification, torn, experiences, logs: Object.fromEntries(logs), open });
}

/** Nothing where the log has never heard of it. */
async function logOf(deploymentId: string) {
  return database.readDeployment(deploymentId).catch(() => []);
}

/** The versions that serve the next runs. */
async function servingVersions(): Promise<readonly string[]> {
  const versions = new Set<string>();
  const probes = live.runs$.subscribe(({ key, versionId }) => {
    if (key?.startsWith("probe-") === true) versions.add(versionId);
  });
  for (let probe = 0; probe < 20; probe += 1) {
    await live.run({ isLive: true }, { key: `probe-${probe}` }).catch(() => undefined);
  }
  probes.unsubscribe();
  return [...versions];
}

function liveVersion(): GraphVersion | undefined {
  const { plan, versions } = live;
  return plan.kind === "all" ? versions.find(({ versionId }) => versionId === plan.version) : undefined;
}

/** Resolves when so many more runs of the live version have ended: fewer than ten would not be analysed. */
async function served(count: number): Promise<void> {
  const version = liveVersion()?.versionId;
  await new Promise<void>((resolve) => {
    let left = count;
    const counting = live.runs$.subscribe(({ versionId }) => {
      if (versionId === version) left -= 1;
      if (left > 0) return;
      counting.unsubscribe();
      resolve();
    });
  });
}

/** Sends runs without end, about a thousand a second; gives what stops them. */
function startTraffic(): () => void {
  let sent = 0;
  let stop: () => void;
  const tick = (): void => {
    for (let burst = 0; burst < 5; burst += 1) {
      sent += 1;
      live.run({ isLive: true }, { key: `life-${life}-${sent}` }).catch(() => undefined);
    }
    stop = systemClock.schedule(5, tick);
  };
  tick();
  return () => stop();
}
