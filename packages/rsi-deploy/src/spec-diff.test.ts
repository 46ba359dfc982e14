import { GraphSpec, isSparkError } from "@spark/graph";
import { describe, expect, test } from "vitest";
import { applyDiff } from "./apply-diff.ts";
import { printDiff, summarizeDiff } from "./diff-text.ts";
import { diffSpecs, invertDiff, isEmptyDiff, SpecDiff } from "./spec-diff.ts";

const before = GraphSpec.parse({
  id: "mail",
  start: "parse",
  description: "Sorts mails.",
  nodes: [
    { id: "parse", type: "Parse" },
    { id: "score", type: "Score", config: { threshold: 0.5, messages: [{ text: "a" }, { text: "b" }] } },
    { id: "log", type: "Log" },
    { id: "route", type: "Route" },
  ],
  edges: [
    { id: "e1", fromNode: "parse", toNode: "score", metadata: { owner: "ann" } },
    { id: "e2", fromNode: "score", toNode: "log" },
    { id: "e3", fromNode: "score", toNode: "route", condition: "$.outputs.spam", delaySeconds: 1 },
  ],
});

const after = GraphSpec.parse({
  id: "mail",
  start: "clean",
  graphState: { initialState: { seen: 0 } },
  nodes: [
    { id: "clean", type: "Clean" },
    { id: "score", type: "Score", config: { threshold: 0.7, messages: [{ text: "a" }, { text: "c" }] } },
    { id: "route", type: "Route" },
    { id: "parse", type: "Parse", description: "Reads." },
  ],
  edges: [
    { id: "e1", fromNode: "clean", toNode: "score", metadata: { owner: "bob" } },
    { id: "e3", fromNode: "score", toNode: "route", condition: { kind: "expr", expr: "$.outputs.ham" } },
    { id: "e4", fromNode: "clean", toNode: "parse", priority: 2 },
  ],
});

const diff = diffSpecs(before, after);

describe("a diff", () => {
  test("has every difference by id, with old and new values", () => {
    expect(diff).toEqual({
      fields: [
        { path: ["description"], oldValue: "Sorts mails." },
        { path: ["start"], oldValue: "parse", newValue: "clean" },
        { path: ["graphState"], newValue: { initialState: { seen: 0 } } },
      ],
      nodes: {
        added: [{ position: 0, element: after.nodes[0] }],
        removed: [{ position: 2, element: before.nodes[2] }],
        moved: [{ id: "parse", from: 0, to: 3 }],
        modified: [
          { id: "parse", changes: [{ path: ["description"], newValue: "Reads." }] },
          {
            id: "score",
            changes: [
              { path: ["config", "threshold"], oldValue: 0.5, newValue: 0.7 },
              { path: ["config", "messages", 1, "text"], oldValue: "b", newValue: "c" },
            ],
          },
        ],
      },
      edges: {
        added: [{ position: 2, element: after.edges[2] }],
        removed: [{ position: 1, element: before.edges[1] }],
        moved: [],
        modified: [
          {
            id: "e1",
            changes: [
              { path: ["fromNode"], oldValue: "parse", newValue: "clean" },
              { path: ["metadata", "owner"], oldValue: "ann", newValue: "bob" },
            ],
          },
          {
            id: "e3",
            changes: [
              {
                path: ["condition"],
                oldValue: "$.outputs.spam",
                newValue: { kind: "expr", expr: "$.outputs.ham" },
              },
              { path: ["delaySeconds"], oldValue: 1 },
            ],
          },
        ],
      },
    });
  });

  test("leads from the old spec to the new one, and its inverse back", () => {
    expect(applyDiff(before, diff)).toEqual(after);
    expect(applyDiff(after, invertDiff(diff))).toEqual(before);
  });

  test("survives storage as JSON", () => {
    const stored = SpecDiff.parse(JSON.parse(JSON.stringify(diff)));
    expect(stored).toEqual(diff);
    expect(applyDiff(before, stored)).toEqual(after);
  });

  test("of a spec with itself, or with its copy, is empty", () => {
    expect(isEmptyDiff(diffSpecs(before, before))).toBe(true);
    expect(isEmptyDiff(diffSpecs(before, structuredClone(before)))).toBe(true);
    expect(isEmptyDiff(diff)).toBe(false);
  });

  test("shares what it does not name with the spec it is applied to", () => {
    const result = applyDiff(before, diff);
    expect(result.nodes[2]).toBe(before.nodes[3]);
    expect(applyDiff(before, diffSpecs(before, before)).nodes).toBe(before.nodes);
  });

  test("that reaches for the prototype is refused when it is read", () => {
    const hostile = { ...diffSpecs(before, before), fields: [{ path: ["__proto__", "x"], newValue: 1 }] };
    expect(SpecDiff.safeParse(hostile).success).toBe(false);
  });
});

describe("a diff that was made for another spec", () => {
  function faultsOf(spec: GraphSpec, wrong: SpecDiff): unknown {
    try {
      return applyDiff(spec, wrong);
    } catch (error) {
      if (isSparkError(error, "invalid_input")) return error.details["faults"];
      throw error;
    }
  }

  test("is refused with everything that does not fit", () => {
    expect(faultsOf(after, diff)).toEqual([
      'the spec at ["description"]: expected "Sorts mails.", found nothing',
      'the spec at ["start"]: expected "parse", found "clean"',
      'the spec at ["graphState"]: expected nothing, found {"initialState":{"seen":0}}',
      'nodes: expected no "clean", found one',
      'nodes[2]: expected {"id":"log","type":"Log"}, found {"id":"route","type":"Route"}',
      'nodes[0]: expected "parse", found "clean"',
      'nodes "parse" at ["description"]: expected nothing, found "Reads."',
      'nodes "score" at ["config","threshold"]: expected 0.5, found 0.7',
      'nodes "score" at ["config","messages",1,"text"]: expected "b", found "c"',
      'edges: expected no "e4", found one',
      'edges[1]: expected {"id":"e2","fromNode":"score","toNode":"log","priority":0}, found {"id":"e3","fromNode":"score","toNode":"route","condition":…',
      'edges "e1" at ["fromNode"]: expected "parse", found "clean"',
      'edges "e1" at ["metadata","owner"]: expected "ann", found "bob"',
      'edges "e3" at ["condition"]: expected "$.outputs.spam", found {"kind":"expr","expr":"$.outputs.ham"}',
      'edges "e3" at ["delaySeconds"]: expected 1, found nothing',
    ]);
  });

  test("is refused where its positions cannot be", () => {
    const nodes = { ...diff.nodes, added: [{ position: 9, element: { id: "x", type: "X" } }], moved: [] };
    expect(faultsOf(before, { ...diff, nodes })).toEqual(["nodes: expected 1 places below 4, found [9]"]);
    const twice = [...diff.edges.added, { position: 2, element: { ...after.edges[2]!, id: "e5" } }];
    expect(faultsOf(before, { ...diff, edges: { ...diff.edges, added: twice } })).toEqual([
      "edges: expected 2 places below 4, found [2]",
    ]);
  });
});

describe("a diff for people", () => {
  test("in a few words", () => {
    expect(summarizeDiff(diff)).toBe(
      "3 fields modified, 1 node added, 1 edge added, 1 node removed, 1 edge removed, " +
        "2 nodes modified, 2 edges modified, 1 node moved",
    );
    expect(summarizeDiff(diffSpecs(before, before))).toBe("no changes");
  });

  test("line by line", () => {
    expect(printDiff(diff)).toEqual([
      '~ description: "Sorts mails." → nothing',
      '~ start: "parse" → "clean"',
      '~ graphState: nothing → {"initialState":{"seen":0}}',
      "- node log (Log)",
      "+ node clean (Clean)",
      '~ node parse description: nothing → "Reads."',
      "~ node score config.threshold: 0.5 → 0.7",
      '~ node score config.messages.1.text: "b" → "c"',
      "> node parse: position 0 → 3",
      "- edge e2: score → log",
      "+ edge e4: clean → parse",
      '~ edge e1 fromNode: "parse" → "clean"',
      '~ edge e1 metadata.owner: "ann" → "bob"',
      '~ edge e3 condition: "$.outputs.spam" → {"kind":"expr","expr":"$.outputs.ham"}',
      "~ edge e3 delaySeconds: 1 → nothing",
    ]);
  });

  test("cannot steer the terminal", () => {
    const hostile = { ...before, nodes: [...before.nodes, { id: "\u001b[2J", type: "a\nb" }] };
    expect(printDiff(diffSpecs(before, hostile))).toEqual([String.raw`+ node "\u001b[2J" ("a\nb")`]);
  });
});
