import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExperienceDatabase } from "@spark/experience-db";
import { FileStore } from "@spark/experience-db/file";
import {
  type Clock,
  Graph,
  type GraphVersion,
  LiveGraph,
  NodeRegistry,
  type Random,
  seededRandom,
} from "@spark/graph";
import { type HypothesisModel, type PhaseNote, RSIMetaGraph, type StandIns } from "@spark/rsi";
import { DeploymentControllerNode, type ProgressEvent } from "@spark/rsi-deploy";
import type { LabelledMail } from "../corpus.ts";
import { mailNodes } from "../mail-graph.ts";
import { DecidedMail, type Mail, type TriagedMail } from "../mail.ts";
import { Mailbox } from "../mailbox.ts";
import type { NaiveBayes } from "../naive-bayes.ts";
import { seededSalt } from "../seeded-salt.ts";
import { judgeBy } from "./judge-mail.ts";
import { leftToPeople } from "./left-to-people.ts";
import type { LoopPace } from "./loop-pace.ts";
import { versionToStart } from "./version-to-start.ts";

export interface LoopWiring {
  readonly model: NaiveBayes;
  readonly seed: number;
  readonly clock: Clock;
  readonly pace: LoopPace;
  /** Every mail that may be tested on. */
  readonly mails: readonly LabelledMail[];
  /** Those that are, asked anew for each test. */
  readonly testMails: () => readonly LabelledMail[];
  /** Awaited after each run of a test, so that traffic and signals get their turn. */
  readonly pause: () => Promise<void>;
  /** Where ideas come from. */
  readonly ideas: HypothesisModel;
  readonly onPhase: (note: PhaseNote) => void;
  readonly onProgress: (progress: ProgressEvent) => void;
  /** Where the experience database lives; a new folder for temporary files where it is left out. */
  readonly databaseFolder?: string;
}

/** The live graph, the loop around it, and what it remembers. */
export interface LoopProduction {
  readonly live: LiveGraph<Mail, TriagedMail>;
  /** Of the order and the times of mails. */
  readonly random: Random;
  readonly loop: RSIMetaGraph;
  readonly database: ExperienceDatabase;
  readonly databaseFolder: string;
  /** Runs a version beside production, with a mailbox of its own. */
  readonly trialOf: (version: GraphVersion) => Graph<Mail, TriagedMail>;
  readonly close: () => Promise<void>;
}

/** In a test nothing is delivered, and nobody's time is charged: the scorer counts what is left to a person. */
const standIns: StandIns = {
  Deliver: (mail, _context, { folder }) => ({ ...DecidedMail.parse(mail), folder }),
};

/** Puts a live graph and the loop around it together. Throws `storage_*` where the folder cannot be used. */
export async function wireLoop(options: LoopWiring): Promise<LoopProduction> {
  const { model, seed, clock, pace, mails, testMails, pause, ideas, onPhase, onProgress } = options;
  const databaseFolder = options.databaseFolder ?? (await mkdtemp(join(tmpdir(), "spark-loop-")));
  const database = new ExperienceDatabase({ store: new FileStore({ folder: databaseFolder }), clock });
  await database.initialize();
  const version = await versionToStart(database);
  const registry = new NodeRegistry(mailNodes({ model, mailbox: new Mailbox() }));
  const live = new LiveGraph<Mail, TriagedMail>({
    version,
    registry,
    clock,
    random: seededRandom(seed),
    runTimeoutSeconds: 10,
  });
  const ids = seededSalt(seededRandom(seed));
  const judge = judgeBy(mails);
  const controllers: DeploymentControllerNode[] = [];
  const loop = new RSIMetaGraph({
    config: { ...pace.loop, graphId: version.spec.id, testing: { ...pace.loop.testing, seed } },
    registry,
    experienceDb: database,
    testing: {
      testInputs: () => testMails().map(({ mailId, text }) => ({ mailId, text })),
      scorer: async (run) => {
        await pause();
        return judge(run);
      },
      standIns,
    },
    controller: (target, deploymentConfig) => {
      const controller = new DeploymentControllerNode({
        target,
        registry,
        experienceDb: database,
        deploymentConfig,
        guards: [leftToPeople],
        clock,
        ids,
      });
      controllers.push(controller);
      controller.progress$.subscribe(onProgress);
      return controller;
    },
    targetGraph: live,
    model: ideas,
    onPhase,
    clock,
    ids,
  });
  return {
    live,
    random: seededRandom(seed),
    loop,
    database,
    databaseFolder,
    trialOf: ({ spec }) =>
      Graph.fromSpec(spec, new NodeRegistry(mailNodes({ model, mailbox: new Mailbox() })), { clock }),
    close: async () => {
      await loop.close();
      await Promise.all(controllers.map((controller) => controller.close()));
      await database.close();
    },
  };
}
