import {
  defineNode,
  type GraphVersion,
  graphVersion,
  type JsonValue,
  LiveGraph,
  type LiveGraphOptions,
  NodeRegistry,
  type RunRecord,
  seededRandom,
} from "@spark/graph";
import { ManualClock, sequentialIds } from "@spark/graph/testing";
import type { ImprovementHypothesisInput, TestResultInput } from "@spark/rsi-model";
import { z } from "zod";
import { DeploymentControllerNode } from "../controller-node.ts";
import type { DeploymentControllerOptions } from "../controller-options.ts";
import type { ProgressEvent } from "../progress.ts";

const Work = z.strictObject({
  /** Mean milliseconds a run takes. */
  latencyMs: z.number().nonnegative().default(20),
  errorRate: z.number().min(0).max(1).default(0),
  /** What a run gives. */
  answer: z.string().default("done"),
  /** Mean cost and mean quality a run reports, give or take half of it; nothing where they are left out. */
  cost: z.number().nonnegative().exactOptional(),
  quality: z
    .number()
    .min(0)
    .max(2 / 3)
    .exactOptional(),
});

/** How the scene is set; what is left out has a default. */
export interface ProductionOptions extends Partial<DeploymentControllerOptions> {
  readonly errorRate?: number;
  /** What the baseline's node is configured with besides. */
  readonly baseline?: Readonly<Record<string, JsonValue>>;
  readonly ratePerSecond?: number;
  readonly seed?: number;
  /** @default one of its own */
  readonly clock?: ManualClock;
  readonly live?: Partial<LiveGraphOptions<unknown, unknown>>;
}

/**
 * A small production for tests: a graph with one node that takes time and fails at a rate, under traffic, with
 * a controller; everything on a clock that is moved by hand. `stop` ends the traffic.
 */
export function production(options: ProductionOptions = {}) {
  const {
    errorRate = 0.02,
    ratePerSecond = 20,
    seed = 7,
    baseline = {},
    clock = new ManualClock(),
    live: liveOptions,
    ...rest
  } = options;
  const random = seededRandom(seed);
  const ids = sequentialIds();
  const registry = new NodeRegistry([
    defineNode({
      type: "Work",
      config: Work,
      process: async (_inputs: unknown, context, config) => {
        await context.clock.sleep(config.latencyMs * (0.5 + random()));
        const { cost, quality } = config;
        if (cost !== undefined) context.report({ cost: cost * (0.5 + random()) });
        if (quality !== undefined) context.report({ quality: quality * (0.5 + random()) });
        if (random() < config.errorRate) throw new RangeError("bad luck");
        return config.answer;
      },
    }),
  ]);
  const version = graphVersion({
    id: "g",
    start: "work",
    nodes: [{ id: "work", type: "Work", config: { latencyMs: 20, errorRate, ...baseline } }],
  });
  const live = new LiveGraph({ version, registry, clock, ids, random, runTimeoutSeconds: 5, ...liveOptions });
  const controller = new DeploymentControllerNode({ target: live, registry, ids, ...rest });
  const records: RunRecord[] = [];
  const progress: ProgressEvent[] = [];
  live.runs$.subscribe((record) => records.push(record));
  controller.progress$.subscribe((event) => progress.push(event));
  const counts = { sent: 0, settled: 0 };
  const stop = sendSteadily(clock, ratePerSecond, () => {
    counts.sent += 1;
    const settle = (): void => {
      counts.settled += 1;
    };
    live.run({}, { key: `key-${counts.sent}` }).then(settle, settle);
  });
  return { clock, live, controller, version, records, progress, registry, counts, stop };
}

/** A tested hypothesis that sets config values of the scene's one node. */
export function proposal(
  version: GraphVersion,
  changes: Readonly<Record<string, JsonValue>>,
): { hypothesis: ImprovementHypothesisInput; testResult: TestResultInput } {
  return {
    hypothesis: {
      hypothesisId: "h1",
      graphId: version.spec.id,
      graphVersionBaseline: version.label,
      hypothesisType: "parameter_tuning",
      changes: Object.entries(changes).map(([configPath, newValue]) => ({
        type: "node_config_update" as const,
        targetNodeId: "work",
        configPath,
        newValue,
      })),
    },
    testResult: { hypothesisId: "h1", testId: "t1", status: "passed" },
  };
}

function sendSteadily(clock: ManualClock, ratePerSecond: number, send: () => void): () => void {
  let running = true;
  const tick = (): void => {
    if (!running) return;
    send();
    clock.schedule(1000 / ratePerSecond, tick);
  };
  tick();
  return () => {
    running = false;
  };
}
