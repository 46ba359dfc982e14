import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExperienceDatabase } from "@spark/experience-db";
import { FileStore } from "@spark/experience-db/file";
import {
  type Clock,
  Graph,
  type GraphVersion,
  graphVersion,
  LiveGraph,
  NodeRegistry,
  seededRandom,
} from "@spark/graph";
import { type HypothesisModel, type PhaseNote, RSIMetaGraph, type StandIns } from "@spark/rsi";
import type { LabelledMail } from "../corpus.ts";
import { mailGraph, mailNodes } from "../mail-graph.ts";
import { DecidedMail, type Mail, type TriagedMail } from "../mail.ts";
import { Mailbox } from "../mailbox.ts";
import type { NaiveBayes } from "../naive-bayes.ts";
import { seededSalt } from "../seeded-salt.ts";
import { judgeBy } from "./judge-mail.ts";
import type { LoopPace } from "./loop-pace.ts";

export interface LoopWiring {
  readonly model: NaiveBayes;
  readonly seed: number;
  readonly clock: Clock;
  readonly pace: LoopPace;
  /** What hypotheses are tested on. */
  readonly mails: readonly LabelledMail[];
  /** Where ideas come from. */
  readonly ideas: HypothesisModel;
  readonly onPhase: (note: PhaseNote) => void;
  /** Where the experience database lives; a new folder for temporary files where it is left out. */
  readonly databaseFolder?: string;
}

/** The live graph, the loop around it, and what it remembers. */
export interface LoopProduction {
  readonly live: LiveGraph<Mail, TriagedMail>;
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
  const { model, seed, clock, pace, mails, ideas, onPhase } = options;
  const databaseFolder = options.databaseFolder ?? (await mkdtemp(join(tmpdir(), "spark-loop-")));
  const database = new ExperienceDatabase({ store: new FileStore({ folder: databaseFolder }), clock });
  await database.initialize();
  const registry = new NodeRegistry(mailNodes({ model, mailbox: new Mailbox() }));
  const live = new LiveGraph<Mail, TriagedMail>({
    version: graphVersion(mailGraph),
    registry,
    clock,
    random: seededRandom(seed),
    runTimeoutSeconds: 10,
  });
  const loop = new RSIMetaGraph({
    config: { ...pace.loop, graphId: mailGraph.id, testing: { ...pace.loop.testing, seed } },
    registry,
    experienceDb: database,
    testing: {
      testInputs: mails.map(({ mailId, text }) => ({ mailId, text })),
      scorer: judgeBy(mails),
      standIns,
    },
    targetGraph: live,
    model: ideas,
    onPhase,
    clock,
    ids: seededSalt(seededRandom(seed)),
  });
  return {
    live,
    loop,
    database,
    databaseFolder,
    trialOf: ({ spec }) =>
      Graph.fromSpec(spec, new NodeRegistry(mailNodes({ model, mailbox: new Mailbox() })), { clock }),
    close: async () => {
      await loop.close();
      await database.close();
    },
  };
}
