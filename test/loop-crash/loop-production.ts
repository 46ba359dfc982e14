import { defineNode, type GraphVersion, graphVersion, JsonObject, NodeRegistry } from "@spark/graph";
import type { HypothesisModel, HypothesisProposalInput, RSIMetaGraphConfigInput, Scorer } from "@spark/rsi";
import type { Change, HypothesisType } from "@spark/rsi-model";

export const graphId = "support";

/** What a version is set to. */
interface Settings {
  readonly level: number;
  /** Counts like a level. */
  readonly bonus: number;
  readonly worse: boolean;
  readonly fragile: boolean;
}

function readSettings(config: JsonObject = {}): Settings {
  const { level, bonus = 0, worse, fragile } = config;
  return {
    level: Number(level),
    bonus: Number(bonus),
    worse: worse !== undefined,
    fragile: fragile !== undefined,
  };
}

export const registry = new NodeRegistry([
  defineNode({ type: "Read", config: JsonObject, process: (input: unknown) => input }),
  defineNode({
    type: "Answer",
    config: JsonObject,
    process: ({ isLive }: { readonly isLive: boolean }, _context, config) => {
      const settings = readSettings(config);
      if (isLive && settings.fragile) throw new RangeError("no answer in production");
      return settings;
    },
  }),
]);

export const firstVersion = graphVersion({
  id: graphId,
  start: "read",
  nodes: [
    { id: "read", type: "Read", config: { tone: "plain" } },
    { id: "answer", type: "Answer", config: { level: 0, name: "first" } },
  ],
  edges: [{ id: "read-answer", fromNode: "read", toNode: "answer" }],
});

/** Two watched stages with a gate between them, as short as they can be and still be looked at often. */
export const loopConfig: RSIMetaGraphConfigInput = {
  graphId,
  maxHypotheses: 5,
  hypothesisTypes: ["parameter_tuning", "caching", "custom"],
  validation: { protectedNodes: ["read"] },
  testing: {
    minPairs: 20,
    maxPairs: 400,
    // However busy the machine: what decides is quality.
    successCriteria: { maxLatencyIncrease: 1000, mustBeShownSafe: ["quality"] },
  },
  objectives: { minimizeLatency: 0, minimizeCost: 0, maximizeReliability: 0 },
  deployment: {
    strategy: "stages",
    stages: [
      { kind: "watch", share: 0.5, durationSeconds: 0.08 },
      { kind: "gate", approver: { by: "function", name: "owner" }, deadlineSeconds: 20 },
      { kind: "watch", share: 1, durationSeconds: 0.08 },
    ],
    monitoringIntervalSeconds: 0.02,
    minimumRuns: 10,
    maxExtension: 100,
    maxLatencyMultiplier: 1000,
    onSampleRatioMismatch: "warn",
  },
};

/** What the answers of a version depend on. */
export function settingsOf({ spec }: GraphVersion): Settings {
  return readSettings(spec.nodes.find(({ id }) => id === "answer")?.config);
}

/** What the test takes for an improvement, the best first, in lives of even and of odd numbers. */
const orders = [
  ["sound", "fragile", "risky"],
  ["fragile", "risky", "sound"],
] as const;

/**
 * A level or a bonus above the live one is good; what breaks in production only is good, too. How good each is
 * differs, and alternates from life to life: which one is deployed first is no matter of chance or of measured time.
 */
export function scorerFor(life: number, live: Settings): Scorer {
  const order: readonly string[] = orders[life % 2 === 0 ? 0 : 1];
  return ({ output }) => {
    const { level, bonus, worse, fragile } = output as Settings;
    if (worse) return 0.1;
    const kind = fragile
      ? "fragile"
      : level > live.level
        ? "sound"
        : bonus > live.bonus
          ? "risky"
          : undefined;
    return kind === undefined ? 0.5 : 0.68 - 0.05 * order.indexOf(kind);
  };
}

/**
 * One proposal for each ending. Those that cannot end well come again in every cycle of this child, two of them in those
 * of the next child as well; those that can are about the version that is live.
 */
export function modelOf(life: number, live: () => Settings): HypothesisModel {
  let cycle = 0;
  const pair = Math.floor(life / 2);
  return {
    name: "one of each",
    propose: async () => {
      cycle += 1;
      const { level, bonus } = live();
      return [
        proposal("forbidden", [{ ...set("tone", `rude ${life}`), targetNodeId: "read" }]),
        proposal("worse", [set("worse", pair)]),
        proposal("fragile", [set("fragile", pair)]),
        proposal("sound", [set("level", level + 1), set("name", `${life}-${cycle}`)]),
        proposal("risky", [set("bonus", bonus + 1)], 8),
      ];
    },
  };
}

/** Types of their own, so that what is learned from some does not keep the others away. */
const types: Readonly<Record<string, HypothesisType>> = {
  sound: "parameter_tuning",
  risky: "parameter_tuning",
  fragile: "caching",
};

function proposal(rationale: string, changes: readonly Change[], risks = 0): HypothesisProposalInput {
  return {
    hypothesisType: types[rationale] ?? "custom",
    rationale,
    changes,
    riskFactors: Array.from({ length: risks }, (_, at) => `risk ${at + 1}`),
  };
}

function set(configPath: string, newValue: number | string) {
  return { type: "node_config_update", targetNodeId: "answer", configPath, newValue } as const;
}
