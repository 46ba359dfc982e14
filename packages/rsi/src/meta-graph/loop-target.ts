import type { Clock, Graph, GraphVersion, Ids, LiveGraph } from "@spark/graph";
import { type DeploymentConfig, DeploymentControllerNode } from "@spark/rsi-deploy";
import { RunLog } from "@spark/telemetry";
import type { Subscription } from "rxjs";
import { PerformanceAnalyzerNode } from "../analysis/performance-analyzer-node.ts";
import { HypothesisGeneratorNode } from "../hypothesis-generator-node.ts";
import { PatternExtractorNode } from "../patterns/pattern-extractor-node.ts";
import { HumanReviewNode } from "../review/human-review-node.ts";
import { HypothesisTesterNode } from "../trial/hypothesis-tester-node.ts";
import { ChangeValidatorNode } from "../validation/change-validator-node.ts";
import { CloseCaseNode } from "./close-case-node.ts";
import type { Cycle } from "./cycle.ts";
import { DeployNode, type DeploymentPort } from "./deploy-node.ts";
import { heedSignal } from "./heed-signal.ts";
import { LearnNode, type LearnedCycle } from "./learn-node.ts";
import { buildLoop, type LoopNodes } from "./loop-graph.ts";
import type { RSIMetaGraphConfig } from "./meta-graph-config.ts";
import { ProposeNode } from "./propose-node.ts";
import { RankNode } from "./rank-node.ts";
import type { RSIMetaGraphOptions } from "./meta-graph-options.ts";
import { TestInTurnNode } from "./test-in-turn-node.ts";

/** What a loop around one graph is made from. */
export interface LoopParts extends Omit<RSIMetaGraphOptions, "config" | "clock" | "ids"> {
  readonly config: RSIMetaGraphConfig & { readonly deployment: DeploymentConfig };
  readonly clock: Clock;
  readonly ids: Ids;
}

/** One live graph with all that improves it: its runs, its controller, and the loop. */
export class LoopTarget {
  readonly live: LiveGraph<never>;
  readonly graph: Graph<Cycle, LearnedCycle>;
  readonly #controller: DeploymentPort;
  readonly #ownController: DeploymentControllerNode | undefined;
  readonly #observing: Subscription;
  #recovered: Promise<void> | undefined;

  constructor(live: LiveGraph<never>, parts: LoopParts) {
    const { config, clock, ids } = parts;
    const log = new RunLog();
    this.live = live;
    this.#observing = log.observe(live.runs$);
    const given = parts.controller?.(live, config.deployment);
    this.#ownController = given === undefined ? newController(live, parts) : undefined;
    this.#controller = (given ?? this.#ownController) as DeploymentPort;
    this.graph = buildLoop(nodesOf(parts, log, this.#controller), {
      lanes: config.maxHypotheses,
      clock,
      ids,
    });
  }

  /** The version that serves everything; `undefined` while traffic is split. */
  liveVersion(): GraphVersion | undefined {
    const { plan, versions } = this.live;
    return plan.kind === "all" ? versions.find(({ versionId }) => versionId === plan.version) : undefined;
  }

  /** Has the controller go on with what an earlier process left, once, and waits until that has ended. */
  async recover(signal: AbortSignal | undefined): Promise<void> {
    this.#recovered ??= this.#recoverDeployments();
    await heedSignal(signal, this.#recovered);
  }

  async #recoverDeployments(): Promise<void> {
    const recovered = (await this.#controller.recover?.()) ?? [];
    await Promise.all(recovered.map(({ done }) => done));
  }

  /** A controller that was given belongs to its giver, and goes on. */
  async close(): Promise<void> {
    this.#observing.unsubscribe();
    await this.#ownController?.close();
  }
}

function nodesOf(parts: LoopParts, log: RunLog, controller: DeploymentPort): LoopNodes {
  const { config, registry, experienceDb, testing, clock, ids } = parts;
  const generator = new HypothesisGeneratorNode({
    registry,
    experienceDb,
    source: log,
    clock,
    ids,
    maxHypotheses: config.maxHypotheses,
    hypothesisTypes: config.hypothesisTypes,
    enablePatternLearning: config.enablePatternLearning,
    ...(parts.model === undefined ? {} : { model: parts.model }),
  });
  const tester = new HypothesisTesterNode({ registry, config: config.testing, clock, ids, ...testing });
  return {
    analyzer: new PerformanceAnalyzerNode({
      source: log,
      clock,
      config: { ...config.analysis, analysisWindowHours: config.analysisWindowHours },
    }),
    propose: new ProposeNode({
      generator,
      memory: experienceDb,
      lanes: config.maxHypotheses,
      autoDeploy: config.autoDeploy,
    }),
    validator: new ChangeValidatorNode({
      registry,
      config: { ...config.validation, allowedHypothesisTypes: config.hypothesisTypes },
    }),
    review: new HumanReviewNode({
      desk: experienceDb,
      config: config.review,
      registry,
      clock,
      ids,
      ...(parts.notify === undefined ? {} : { notify: parts.notify }),
    }),
    test: new TestInTurnNode(tester, experienceDb),
    close: new CloseCaseNode(experienceDb),
    rank: new RankNode(config.objectives),
    deploy: config.autoDeploy ? new DeployNode(controller, experienceDb) : undefined,
    learn: new LearnNode(
      experienceDb,
      config.enablePatternLearning ? new PatternExtractorNode({ experienceDb, clock }) : undefined,
    ),
  };
}

function newController(target: LiveGraph<never>, parts: LoopParts): DeploymentControllerNode {
  const { config, registry, experienceDb, clock, ids } = parts;
  return new DeploymentControllerNode({
    target,
    deploymentConfig: config.deployment,
    experienceDb,
    registry,
    clock,
    ids,
  });
}
