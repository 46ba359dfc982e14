import { type Random, seededRandom } from "@spark/graph";
import { describe, expect, test } from "vitest";
import { type SyntheticGraph, syntheticGraph, syntheticRuns, worsen } from "../testing/synthetic-runs.ts";
import { blameNodes } from "./blame-nodes.ts";

const graphs = 200;

/** Random graphs of 10 to 50 nodes, each with a node to worsen and another that the hypothesis changed. */
function* cases(
  seed: number,
): Generator<{ at: number; random: Random; graph: SyntheticGraph; node: string }> {
  for (let at = 0; at < graphs; at++) {
    const random = seededRandom(seed + at);
    const graph = syntheticGraph(random, 10 + Math.floor(41 * random()));
    yield { at, random, graph, node: anyNode(graph, random) };
  }
}

function anyNode(graph: SyntheticGraph, random: Random): string {
  return `n${Math.floor(graph.length * random())}`;
}

describe("blame in 200 random graphs of 10 to 50 nodes", { timeout: 240_000 }, () => {
  test("finds the one node whose time doubled or whose errors rose by 5 points in at least 95 %", () => {
    let first = 0;
    for (const { at, random, graph, node } of cases(1000)) {
      const worse = worsen(graph, node, at % 2 === 0 ? { timeFactor: 2 } : { errorIncrease: 0.05 });
      const [blame] = blameNodes({
        baseline: syntheticRuns(graph, { random, runs: 600, versionId: "baseline" }),
        candidate: syntheticRuns(worse, { random, runs: 600, versionId: "candidate" }),
        // In half of the graphs the node to blame is one that nobody touched.
        changedNodes: new Set([at % 4 < 2 ? node : anyNode(graph, random)]),
      });
      if (blame?.nodeId === node) first += 1;
    }
    expect(first / graphs).toBeGreaterThanOrEqual(0.95);
  });

  test("blames anyone in at most 5 % without a change, few runs or many, as many of both or not", () => {
    let blamed = 0;
    for (const { random, graph, node } of cases(5000)) {
      const baseline = syntheticRuns(graph, {
        random,
        runs: 50 + Math.floor(450 * random()),
        versionId: "a",
      });
      const candidate = syntheticRuns(graph, {
        random,
        runs: 50 + Math.floor(450 * random()),
        versionId: "b",
      });
      if (blameNodes({ baseline, candidate, changedNodes: new Set([node]) }).length > 0) blamed += 1;
    }
    const threeStandardErrors = 3 * Math.sqrt((0.05 * 0.95) / graphs);
    expect(blamed / graphs).toBeLessThanOrEqual(0.05 + threeStandardErrors);
  });
});
