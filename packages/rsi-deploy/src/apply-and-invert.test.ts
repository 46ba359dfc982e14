import { type GraphSpec, graphVersion, type GraphVersion } from "@spark/graph";
import type { Change, ChangeType } from "@spark/rsi-model";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyDiff } from "./apply-diff.ts";
import { ChangeApplicator } from "./change-applicator.ts";
import { diffSpecs, invertDiff, SpecDiff } from "./spec-diff.ts";

const applicator = new ChangeApplicator();

/** JSON as documents have it: no -0, and no keys that are not data. */
const json = fc
  .jsonValue({ maxDepth: 2 })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll("__proto__", "proto")) as never);

/** A sound spec: a chain, so that every node is reachable, with edges across and loops on top. */
const anySpec: fc.Arbitrary<GraphSpec> = fc
  .record({
    configs: fc.array(
      fc.option(fc.dictionary(fc.constantFrom("a", "b", "c.d", ""), json), { nil: undefined }),
      {
        minLength: 2,
        maxLength: 12,
      },
    ),
    across: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: -2, max: 2 })), { maxLength: 6 }),
  })
  .map(({ configs, across }) => ({
    sparkVersion: "2.0",
    id: "any",
    start: "n0",
    nodes: configs.map((config, at) => ({
      id: `n${at}`,
      type: "Work",
      ...(config === undefined ? {} : { config }),
    })),
    edges: [
      ...configs
        .slice(1)
        .map((_, at) => ({ id: `e${at}`, fromNode: `n${at}`, toNode: `n${at + 1}`, priority: 0 })),
      ...across.map(([from, to, priority], at) => ({
        id: `x${at}`,
        fromNode: `n${from % configs.length}`,
        toNode: `n${to % configs.length}`,
        condition: `$.outputs.n > ${at}`,
        priority,
      })),
    ],
  }));

interface Draw {
  readonly first: number;
  readonly second: number;
  readonly value: never;
}

const draw: fc.Arbitrary<Draw> = fc.record({ first: fc.nat(), second: fc.nat(), value: json });

/** For each type of change, one that may well be possible on a spec. */
const proposals = {
  node_config_update: (spec, { first, second, value }) => ({
    type: "node_config_update",
    targetNodeId: pick(spec.nodes, first).id,
    configPath: ["a", "b.x", String.raw`c\.d`, "new.deep.key"][second % 4]!,
    newValue: value,
  }),
  node_add: (spec, { first }) => ({ type: "node_add", nodeSpec: { id: `added${first % 9}`, type: "Work" } }),
  node_remove: (spec, { first }) => ({ type: "node_remove", targetNodeId: pick(spec.nodes, first).id }),
  edge_add: (spec, { first, second }) => ({
    type: "edge_add",
    edgeSpec: {
      id: `new${first % 9}`,
      fromNode: pick(spec.nodes, first).id,
      toNode: spec.nodes.at(-1 - (second % 2))!.id,
      priority: 0,
    },
  }),
  edge_remove: (spec, { first }) => ({ type: "edge_remove", targetEdgeId: pick(spec.edges, first).id }),
  edge_modify: (spec, { first, second }) => ({
    type: "edge_modify",
    targetEdgeId: pick(spec.edges, first).id,
    updates: second % 2 === 0 ? { priority: second % 5 } : { condition: null, description: "changed" },
  }),
  node_replacement: (spec, { first, second }) => {
    const { id } = pick(spec.nodes, first);
    return {
      type: "node_replacement",
      targetNodeId: id,
      replacementNodeSpec: { id: second % 2 === 0 ? id : `${id}_other`, type: "Other" },
    };
  },
  edge_batch_modifications: (spec, { first, second }) => ({
    type: "edge_batch_modifications",
    edgeModifications: [
      { type: "remove", edgeId: pick(spec.edges, first).id },
      { type: "add", edgeSpec: { ...pick(spec.edges, first), id: `batch${second % 9}`, priority: 5 } },
    ],
  }),
  parallelization: (spec, { first }) => {
    const at = first % spec.nodes.length;
    const [entry, a = "", b = ""] = spec.nodes.slice(at, at + 3).map(({ id }) => id);
    return { type: "parallelization", entryNode: entry!, branches: [[a], [b]], mergeStrategy: "wait_all" };
  },
} satisfies { readonly [T in ChangeType]: (spec: GraphSpec, draw: Draw) => Extract<Change, { type: T }> };

const changeTypes = Object.keys(proposals) as ChangeType[];

/** Changes that can be made to a baseline one after the other, chosen from random proposals. */
function possibleChanges(
  baseline: GraphVersion,
  draws: readonly (readonly [ChangeType, Draw])[],
): readonly Change[] {
  const changes: Change[] = [];
  let { spec } = baseline;
  for (const [type, values] of draws) {
    if (type.startsWith("edge_") && spec.edges.length === 0) continue;
    const more = [proposals[type](spec, values)] as Change[];
    if (type === "node_add") {
      const { id } = (more[0] as { readonly nodeSpec: { readonly id: string } }).nodeSpec;
      const toAdded = { id: `to_${id}`, fromNode: spec.start, toNode: id, priority: 0 };
      more.push({ type: "edge_add", edgeSpec: toAdded });
    }
    const result = applicator.applyHypothesis({ baseline, hypothesis: { changes: [...changes, ...more] } });
    if (!result.ok) continue;
    changes.push(...more);
    ({ spec } = result.candidate);
  }
  return changes;
}

function pick<T>(list: readonly T[], at: number): T {
  return list[at % list.length] as T;
}

describe("any two specs", () => {
  test("are led into each other by their diff, its inverse, and what JSON keeps of it", () => {
    const shuffled = anySpec.chain((spec) =>
      fc
        .tuple(
          fc.shuffledSubarray([...spec.nodes], { minLength: spec.nodes.length }),
          fc.shuffledSubarray([...spec.edges], { minLength: spec.edges.length }),
        )
        .map(([nodes, edges]) => ({ ...spec, nodes, edges })),
    );
    fc.assert(
      fc.property(anySpec, shuffled, (before, after) => {
        const diff = diffSpecs(before, after);
        expect(applyDiff(before, diff)).toEqual(after);
        expect(applyDiff(after, invertDiff(diff))).toEqual(before);
        expect(SpecDiff.parse(JSON.parse(JSON.stringify(diff)))).toEqual(diff);
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});

describe("any valid changes", () => {
  test("share what they do not touch, leave the baseline alone, and are taken back by the inverted diff", () => {
    const made = new Map<ChangeType, number>();
    fc.assert(
      fc.property(
        anySpec,
        fc.array(fc.tuple(fc.constantFrom(...changeTypes), draw), { maxLength: 8 }),
        (spec, draws) => {
          const plain = structuredClone(spec);
          const baseline = graphVersion(spec);
          const before = structuredClone(baseline.spec);
          const changes = possibleChanges(baseline, draws);
          for (const { type } of changes) made.set(type, (made.get(type) ?? 0) + 1);

          const result = applicator.applyHypothesis({ baseline, hypothesis: { changes } });
          if (!result.ok) throw new Error("expected changes that were possible to be possible again");
          const { candidate, diff } = result;

          expect(spec).toEqual(plain);
          expect(Object.isFrozen(spec)).toBe(false);
          expect(baseline.spec).toEqual(before);
          expect(isDeeplyFrozen(candidate.spec)).toBe(true);
          expectSharing(baseline.spec, candidate.spec, diff);

          const back = graphVersion(applyDiff(candidate.spec, invertDiff(diff)));
          expect(back.spec).toEqual(before);
          expect(back.versionId).toBe(baseline.versionId);
        },
      ),
      { numRuns: 300, seed: 5 },
    );
    expect([...made.keys()].toSorted()).toEqual(changeTypes.toSorted());
  });
});

describe("one change among 10,000 nodes", () => {
  const large = graphVersion(largeSpec(10_000));
  const changes: Change[] = [
    { type: "node_config_update", targetNodeId: "n5000", configPath: "model.temperature", newValue: 0.9 },
  ];

  test.each<[string, Change[]]>([
    ["a config", changes],
    ["a removed node", [{ type: "node_remove", targetNodeId: "leaf7" }]],
    [
      "a replaced node",
      [{ type: "node_replacement", targetNodeId: "n17", replacementNodeSpec: { id: "other", type: "Work" } }],
    ],
  ])("%s shares all others and can be taken back", (_what, changes) => {
    const result = applicator.applyHypothesis({ baseline: large, hypothesis: { changes } });
    if (!result.ok) throw new Error("expected the change to be possible");
    expectSharing(large.spec, result.candidate.spec, result.diff);
    const back = applyDiff(result.candidate.spec, invertDiff(result.diff));
    expect(back).toEqual(large.spec);
    expect(graphVersion(back).versionId).toBe(large.versionId);
  });

  test("costs a small part of copying the spec", () => {
    const ours = fastest(20, () => applicator.applyHypothesis({ baseline: large, hypothesis: { changes } }));
    const clone = fastest(3, () => structuredClone(large.spec));
    expect(ours * 20).toBeLessThan(clone);
  });
});

function largeSpec(size: number): GraphSpec {
  const nodes = Array.from({ length: size }, (_, at) => ({
    id: at < 10 ? `leaf${at}` : `n${at}`,
    type: "Work",
    config: { model: { name: "small", temperature: 0.1 }, prompt: "Sort this mail.", tags: ["a", "b"] },
  }));
  const chain = nodes
    .slice(11)
    .map(({ id }, at) => ({ id: `e${at}`, fromNode: `n${at + 10}`, toNode: id, priority: 0 }));
  const leaves = nodes
    .slice(0, 10)
    .map(({ id }) => ({ id: `to_${id}`, fromNode: "n10", toNode: id, priority: 0 }));
  return { sparkVersion: "2.0", id: "large", start: "n10", nodes, edges: [...chain, ...leaves] };
}

/** Every node and edge of the baseline that the diff does not name is the same object in the candidate. */
function expectSharing(before: GraphSpec, after: GraphSpec, diff: SpecDiff): void {
  for (const part of ["nodes", "edges"] as const) {
    const { added, modified } = diff[part];
    const touched = new Set([...added.map(({ element }) => element.id), ...modified.map(({ id }) => id)]);
    const old = new Set<object>(before[part]);
    const copies = after[part].filter((element) => !touched.has(element.id) && !old.has(element));
    expect(copies).toEqual([]);
  }
}

function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen);
}

function fastest(rounds: number, work: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const start = process.hrtime.bigint();
    work();
    return Number(process.hrtime.bigint() - start);
  });
  return Math.min(...times);
}
