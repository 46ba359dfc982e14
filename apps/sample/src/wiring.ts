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
  type Random,
  seededRandom,
  SparkError,
} from "@spark/graph";
import { DeploymentControllerNode } from "@spark/rsi-deploy";
import type { Pace } from "./chapters.ts";
import { mailGraph, mailNodes } from "./mail-graph.ts";
import type { Mail, TriagedMail } from "./mail.ts";
import { Mailbox } from "./mailbox.ts";
import type { NaiveBayes } from "./naive-bayes.ts";
import { seededSalt } from "./seeded-salt.ts";

export interface WiringOptions {
  readonly model: NaiveBayes;
  readonly seed: number;
  readonly clock: Clock;
  readonly deployments: Pace["deployments"];
  /** Where the experience database lives; a new folder for temporary files where it is left out. */
  readonly databaseFolder?: string;
}

/** Everything that is in production, put together. */
export interface Production {
  readonly live: LiveGraph<Mail, TriagedMail>;
  readonly mailbox: Mailbox;
  readonly registry: NodeRegistry;
  /**
   * There is a controller for each way to deploy; a graph can have as many as it likes, and deploys with one at a
   * time. Throws `invalid_input` for a way that `deployments` does not name.
   */
  readonly controllerFor: (strategy: string) => DeploymentControllerNode;
  readonly random: Random;
  readonly databaseFolder: string;
  /** Runs a version beside production, with a mailbox of its own. */
  readonly trialOf: (version: GraphVersion) => Graph<Mail, TriagedMail>;
  /** Closes the database and opens it again from what the disk holds. */
  readonly reopen: () => Promise<{ readonly database: ExperienceDatabase; readonly changes: number }>;
  readonly close: () => Promise<void>;
}

/** The only place where ports meet adapters. Throws `storage_*` where the database's folder cannot be used. */
export async function wire(options: WiringOptions): Promise<Production> {
  const { model, seed, clock, deployments, databaseFolder } = options;
  const folder = databaseFolder ?? (await mkdtemp(join(tmpdir(), "spark-sample-")));
  const open = async () => {
    const store = new FileStore({ folder });
    const database = new ExperienceDatabase({ store, clock });
    await database.initialize();
    const { snapshotChanges, changes } = store.recovery;
    return { database, changes: snapshotChanges + changes };
  };
  let { database } = await open();

  const random = seededRandom(seed);
  const mailbox = new Mailbox();
  const registry = new NodeRegistry(mailNodes({ model, mailbox }));
  const live = new LiveGraph<Mail, TriagedMail>({
    version: graphVersion(mailGraph),
    registry,
    clock,
    random,
    runTimeoutSeconds: 10,
  });
  const ids = seededSalt(seededRandom(seed));
  const controllers = new Map(
    Object.entries(deployments).map(([strategy, deploymentConfig]) => [
      strategy,
      new DeploymentControllerNode({
        target: live,
        registry,
        experienceDb: database,
        deploymentConfig,
        clock,
        ids,
      }),
    ]),
  );

  return {
    live,
    mailbox,
    registry,
    controllerFor: (strategy) => {
      const controller = controllers.get(strategy);
      if (controller !== undefined) return controller;
      const known = [...controllers.keys()].join(", ");
      throw new SparkError("invalid_input", `strategy: expected one of ${known}, got "${strategy}".`);
    },
    random,
    databaseFolder: folder,
    trialOf: ({ spec }) =>
      Graph.fromSpec(spec, new NodeRegistry(mailNodes({ model, mailbox: new Mailbox() })), { clock }),
    reopen: async () => {
      await database.close();
      const opened = await open();
      ({ database } = opened);
      return opened;
    },
    close: async () => {
      await Promise.all([...controllers.values()].map((controller) => controller.close()));
      await database.close();
    },
  };
}
