import {
  defineNode,
  type GraphVersion,
  graphVersion,
  LiveGraph,
  NodeRegistry,
  type RunRecord,
} from "@spark/graph";
import { ManualClock, sequentialIds } from "@spark/graph/testing";
import {
  DeploymentControllerNode,
  type DeploymentConfigInput,
  type DeploymentControllerOptions,
  type ProgressEvent,
} from "@spark/rsi-deploy";
import type { ImprovementHypothesisInput, TestResultInput } from "@spark/rsi-model";

/** How the one node of the production graph behaves; the same for the same request, so that counts are exact. */
export interface Behaviour {
  /** @default 20 */
  readonly latencyMs?: number;
  /** Failures spread evenly over the requests. @default 0 */
  readonly failuresPerThousand?: number;
  /** Failures in a row at the beginning of each thousand requests. @default 0 */
  readonly burst?: number;
}

/** Requests are numbered. */
interface Request {
  readonly n: number;
}

/** A graph in production on a clock that is moved by hand: 100 requests a second, a key each, for as long as it runs. */
export function production(
  options: {
    readonly baseline?: Behaviour;
    readonly deploymentConfig?: DeploymentConfigInput;
    readonly controller?: Partial<DeploymentControllerOptions>;
  } = {},
) {
  const clock = new ManualClock();
  const ids = sequentialIds();
  const registry = new NodeRegistry([
    defineNode({
      type: "Answer",
      process: async (request: unknown, context, config: unknown) => {
        const { n } = request as Request;
        const behaviour = config as Behaviour;
        await context.clock.sleep(behaviour.latencyMs ?? 20);
        if (fails(n, behaviour)) throw new RangeError(`request ${n} cannot be answered`);
        return { n };
      },
    }),
  ]);
  const version = graphVersion({
    id: "answers",
    start: "answer",
    nodes: [{ id: "answer", type: "Answer", config: { ...options.baseline } }],
  });
  const live = new LiveGraph<Request>({ version, registry, clock, ids });
  const controller = new DeploymentControllerNode({
    target: live,
    registry,
    ids,
    ...(options.deploymentConfig === undefined ? {} : { deploymentConfig: options.deploymentConfig }),
    ...options.controller,
  });
  const records: RunRecord[] = [];
  const progress: ProgressEvent[] = [];
  live.runs$.subscribe((record) => records.push(record));
  controller.progress$.subscribe((event) => progress.push(event));

  let [sent, results, errors, running] = [0, 0, 0, true];
  const send = (): void => {
    if (!running) return;
    const n = sent++;
    live.run({ n }, { key: `key-${n}` }).then(
      () => (results += 1),
      () => (errors += 1),
    );
    clock.schedule(10, send);
  };
  send();

  return {
    clock,
    live,
    controller,
    version,
    registry,
    records,
    progress,
    counts: () => ({ sent, results, errors }),
    stop: () => (running = false),
    /** Deploys the behaviour and moves the clock until the deployment has ended, or the time is up. */
    deploy: async (behaviour: Behaviour, { forSeconds = 120 }: { readonly forSeconds?: number } = {}) => {
      const deployed = controller.run(proposal(version, behaviour));
      const { length } = progress;
      const hasEnded = (): boolean => progress.slice(length).some(({ type }) => type === "ended");
      for (let second = 0; second < forSeconds && !hasEnded(); second++) await clock.advance(1000);
      return deployed;
    },
  };
}

function fails(n: number, { failuresPerThousand: k = 0, burst = 0 }: Behaviour): boolean {
  return Math.floor((n * k) / 1000) > Math.floor(((n - 1) * k) / 1000) || n % 1000 < burst;
}

/** A tested hypothesis that gives the node another behaviour. */
export function proposal(
  version: GraphVersion,
  behaviour: Behaviour,
  about: Partial<ImprovementHypothesisInput> = {},
): { readonly hypothesis: ImprovementHypothesisInput; readonly testResult: TestResultInput } {
  const hypothesisId = about.hypothesisId ?? "hyp-1";
  return {
    hypothesis: {
      graphId: version.spec.id,
      graphVersionBaseline: version.label,
      hypothesisType: "parameter_tuning",
      changes: Object.entries(behaviour).map(([configPath, newValue]) => ({
        type: "node_config_update" as const,
        targetNodeId: "answer",
        configPath,
        newValue,
      })),
      ...about,
      hypothesisId,
    },
    testResult: { hypothesisId, testId: `test-of-${hypothesisId}`, status: "passed" },
  };
}
