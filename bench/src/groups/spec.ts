import { type GraphSpec, graphVersion, type GraphVersion } from "@spark/graph";
import { ChangeApplicator } from "@spark/rsi-deploy";
import { produce } from "immer";
import { create } from "mutative";
import { type Contender, tight } from "../contender.ts";
import { bytesEach } from "../memory.ts";
import { race } from "../race.ts";
import { report } from "../report.ts";
import { countedRow, type Goal, timedRow } from "../row.ts";

const applicator = new ChangeApplicator();

/** A spec as they are written: six objects and about 450 bytes a node, 1.2 edges a node. */
function specOf(size: number): GraphVersion {
  const nodes = Array.from({ length: size }, (_, at) => ({
    id: `n${at}`,
    type: "Llm",
    description: `Answers part ${at} of the question in the words of whoever asked it`,
    config: {
      model: "large",
      temperature: 0.2,
      prompt: `You are step ${at}. Read the context, answer the question, and say how sure you are.`,
      limits: { tokens: 1024, seconds: 30 },
      sampling: { topP: 0.9, seed: at },
      format: { kind: "json", strict: true },
      tags: ["answer", `part-${at % 7}`],
    },
  }));
  const chain = nodes.slice(1).map(({ id }, at) => ({ id: `e${at}`, fromNode: `n${at}`, toNode: id }));
  const skips = nodes
    .slice(0, Math.max(0, size - 7))
    .filter((_, at) => at % 5 === 0)
    .map(({ id }, at) => ({
      id: `s${at}`,
      fromNode: id,
      toNode: `n${Number(id.slice(1)) + 6}`,
      condition: "$.outputs.score < 0.5",
      priority: 1,
    }));
  return graphVersion({ id: "big", start: "n0", nodes, edges: [...chain, ...skips] });
}

/** One config change, by each way of making it; ours alone checks, diffs, freezes and names the version. */
function editors(
  baseline: GraphVersion,
): Readonly<Record<"ours" | "clone" | "immer" | "mutative" | "hand", Contender>> {
  const middle = Math.floor(baseline.spec.nodes.length / 2);
  const targetNodeId = `n${middle}`;
  type Loose = { nodes: { config: { temperature: number } }[] };
  const edit = (draft: Loose, turn: number): void => {
    (draft.nodes[middle] as Loose["nodes"][number]).config.temperature = turn / 1000;
  };
  const { spec } = baseline;
  return {
    ours: tight("ours", (turn) => {
      const change = {
        type: "node_config_update",
        targetNodeId,
        configPath: "temperature",
        newValue: turn / 1000,
      };
      const applied = applicator.applyHypothesis({ baseline, hypothesis: { changes: [change as never] } });
      if (!applied.ok) throw new Error(JSON.stringify(applied.faults));
      return applied.diff.nodes.modified.length;
    }),
    clone: tight("structuredClone", (turn) => {
      const copy = structuredClone(spec) as unknown as Loose;
      edit(copy, turn);
      return copy.nodes.length;
    }),
    immer: tight("Immer", (turn) => produce(spec, (draft) => edit(draft as never, turn)).nodes.length),
    mutative: tight("Mutative", (turn) => create(spec, (draft) => edit(draft as never, turn)).nodes.length),
    hand: tight("spread", (turn) => {
      const nodes = [...spec.nodes];
      const node = nodes[middle] as GraphSpec["nodes"][number];
      nodes[middle] = { ...node, config: { ...node.config, temperature: turn / 1000 } };
      return { ...spec, nodes }.nodes.length;
    }),
  };
}

const what = (size: number): string =>
  `one config changed of ${size.toLocaleString("en")} nodes: applied, checked, diffed, frozen`;
const cloneGoal: Readonly<Record<number, Goal>> = { 10_000: { cheaperBy: 100 } };

for (const size of [10, 100, 1000, 10_000, 100_000]) {
  const { ours, hand, immer, mutative, clone } = editors(specOf(size));
  const rounds = size > 1000 ? 7 : 15;
  const [mine, byHand, immered, mutated, cloned] = await race([ours, hand, immer, mutative, clone], {
    rounds,
  });
  const goal = cloneGoal[size];
  const byClone = { what: what(size), against: "structuredClone and mutate" };
  report(timedRow(goal === undefined ? byClone : { ...byClone, goal }, mine, cloned));
  report(timedRow({ what: what(size), against: "Immer's default, the edit alone" }, mine, immered));
  report(timedRow({ what: what(size), against: "Mutative, the edit alone" }, mine, mutated));
  report(timedRow({ what: what(size), against: "spread by hand, the edit alone" }, mine, byHand));
}

const base = specOf(1000);
const bytes = await bytesEach(300, (at) => {
  const change = {
    type: "node_config_update",
    targetNodeId: "n5",
    configPath: "temperature",
    newValue: at / 7,
  };
  const applied = applicator.applyHypothesis({ baseline: base, hypothesis: { changes: [change as never] } });
  if (!applied.ok) throw new Error("refused");
  return applied.candidate;
});
const clonedBytes = await bytesEach(30, () => structuredClone(base.spec));
report(
  countedRow(
    {
      what: "memory of a version of 1,000 nodes, one change",
      against: "structuredClone",
      goal: { cheaperBy: 100 },
    },
    bytes,
    clonedBytes,
  ),
);
