import { GraphSpec } from "@spark/graph";
import { ChangeApplicator } from "@spark/rsi-deploy";
import { describe, expect, test } from "vitest";
import { formatDiff } from "./format-diff.ts";
import { compareSpecs } from "./spec-comparison.ts";

const before = GraphSpec.parse({
  id: "g",
  start: "ask",
  nodes: [
    { id: "ask", type: "Ask", config: { prompt: "Be kind" } },
    { id: "old", type: "Old" },
  ],
  edges: [{ id: "e1", fromNode: "ask", toNode: "old", condition: "$.outputs.n > 1" }],
});
const changed = async (newValue: string): Promise<GraphSpec> =>
  new ChangeApplicator().applyChanges({
    baselineSpec: before,
    hypothesis: {
      changes: [
        { type: "node_config_update", targetNodeId: "ask", configPath: "prompt", newValue },
        { type: "node_remove", targetNodeId: "old" },
        { type: "node_add", nodeSpec: { id: "new", type: "New" } },
        { type: "edge_add", edgeSpec: { id: "e2", fromNode: "ask", toNode: "new" } },
      ],
    },
  });

describe("formatDiff", () => {
  test("writes every change as text, with a summary", async () => {
    expect(formatDiff(compareSpecs(before, await changed("Be brief")), "text").split("\n")).toEqual([
      "1 node added, 1 edge added, 1 node removed, 1 edge removed, 1 node modified",
      "- node old (Old)",
      "+ node new (New)",
      '~ node ask config.prompt: "Be kind" → "Be brief"',
      "- edge e1: ask → old",
      "+ edge e2: ask → new",
    ]);
  });

  test("draws both graphs in one flowchart", async () => {
    const chart = formatDiff(compareSpecs(before, await changed("Be brief")), "mermaid").split("\n");
    expect(chart).toContain('  n0["ask<br/>Ask"]:::modified');
    expect(chart).toContain('  n1["new<br/>New"]:::added');
    expect(chart).toContain('  n2["old<br/>Old"]:::removed');
    expect(chart).toContain("  n0 ==> n1");
    expect(chart).toContain('  n0 -.->|"#36;.outputs.n #62; 1"| n2');
  });

  test("nothing in a spec leaves its place: no markup, no fence, no label ends early", async () => {
    const evil = '<script>alert(1)</script>\n````\n"]; click n0 "javascript:x" --> |"';
    const after = GraphSpec.parse({ ...before, nodes: [{ id: evil, type: evil }, ...before.nodes] });
    for (const comparison of [compareSpecs(before, await changed(evil)), compareSpecs(before, after)]) {
      expect(formatDiff(comparison, "html")).not.toMatch(/<script|alert\(1\)<\/script/);
      const markdown = formatDiff(comparison, "markdown").split("\n");
      expect(markdown.filter((line) => line.startsWith("`````"))).toHaveLength(2);
      expect(markdown.at(-1)).toBe("`````");
      const lines = formatDiff(comparison, "mermaid").split("\n");
      for (const line of lines) expect(line.match(/"/g)?.length ?? 0).toBeOneOf([0, 2]);
      expect(lines.join("\n")).not.toContain("<script");
    }
  });

  test("cuts long values where it is told to, and says so when nothing is different", async () => {
    const long = formatDiff(compareSpecs(before, await changed("x".repeat(900))), "html", {
      maxValueLength: 20,
    });
    expect(long).toContain("xxx…");
    expect(long).not.toContain("x".repeat(20));
    expect(formatDiff(compareSpecs(before, before), "markdown")).toBe("**no changes**");
    expect(formatDiff(compareSpecs(before, before), "html")).not.toContain("<ul>");
  });
});
