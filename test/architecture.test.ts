import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Manifest, Package } from "./architecture/manifest-rules.ts";
import {
  lockFaults,
  manifestRules,
  readManifest,
  repositoryPackages,
} from "./architecture/manifest-rules.ts";
import { sourceRules } from "./architecture/source-rules.ts";
import { codeLines, parse, repositorySources } from "./architecture/source.ts";
import { workspaces } from "./architecture/workspaces.ts";

const sources = repositorySources();
const packages = repositoryPackages();

describe("every source", () => {
  test.each(Object.entries(sourceRules))("%s", (_sentence, rule) => {
    expect(sources.flatMap(rule)).toEqual([]);
  });
});

describe("every package", () => {
  test.each(Object.entries(manifestRules))("%s", (_sentence, rule) => {
    expect(packages.flatMap(rule)).toEqual([]);
  });

  test("is in the lock file as it stands", () => {
    const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
      packages: Record<string, Manifest>;
    };
    const manifests = ["", ...workspaces()].map((folder) => [folder, readManifest(folder)] as const);
    expect(lockFaults(lock.packages, Object.fromEntries(manifests))).toEqual([]);
  });
});

test("the rules see the repository", () => {
  expect(sources.map(({ path }) => path)).toContain("packages/graph/src/index.ts");
  expect(packages.map(({ folder }) => folder)).toEqual(
    expect.arrayContaining(["evidence", "experience-db", "graph", "rsi-deploy", "rsi-model", "telemetry"]),
  );
});

/** Each line of code breaks the rule where it stands; the second of a pair is a neighbour that is fine. */
const badSources: {
  [Sentence in keyof typeof sourceRules]: readonly (readonly [path: string, text: string])[];
} = {
  "imports from @spark go down the ladder, and by public name": [
    ["packages/graph/src/a.ts", 'import { windows } from "@spark/telemetry";'],
    ["packages/rsi-deploy/src/a.ts", 'import type { Store } from "@spark/experience-db";'],
    ["packages/experience-db/src/a.test.ts", 'import { plan } from "@spark/rsi-deploy";'],
    ["packages/telemetry/src/a.ts", 'export { Graph } from "@spark/graph/src/graph.ts";'],
    ["packages/telemetry/src/a.ts", 'import { every } from "@spark/telemetry";'],
    ["apps/sample/src/a.ts", 'const graph = await import("@spark/graph/dist/index.js");'],
  ],
  "relative imports stay inside their own workspace": [
    ["packages/telemetry/src/a.ts", 'import { Graph } from "../../graph/src/graph.ts";'],
    ["test/a.test.ts", 'import { Graph } from "../packages/graph/src/graph.ts";'],
    ["packages/graph/src/deep/a.ts", 'type A = import("../../a.ts").A;'],
  ],
  "a library imports only the outside packages its rung names": [
    ["packages/graph/src/a.ts", 'import { produce } from "immer";'],
    ["packages/evidence/src/a.ts", 'import { z } from "zod/v4";'],
    ["packages/telemetry/src/a.ts", 'import { DDSketch } from "@datadog/sketches-js";'],
  ],
  "a confined dependency stays in its folder": [
    ["packages/experience-db/src/store.ts", 'import { Low } from "lowdb";'],
    ["apps/sample/src/a.ts", 'import { JSONFile } from "lowdb/node";'],
  ],
  "production code imports nothing from a testing subpath": [
    ["packages/telemetry/src/a.ts", 'import { ManualClock } from "@spark/graph/testing";'],
    ["packages/graph/src/a.ts", 'import { ManualClock } from "./testing/manual-clock.ts";'],
    ["packages/graph/src/deep/a.ts", 'import { ManualClock } from "../testing.ts";'],
  ],
  "no file is named after a drawer": [
    ["packages/graph/src/utils.ts", ""],
    ["packages/graph/src/deep/types.ts", ""],
    ["apps/sample/src/traffic-manager.ts", ""],
  ],
  "time, chance and identity come from clock.ts and identity.ts": [
    ["packages/graph/src/a.ts", "const now = Date.now();"],
    ["packages/graph/src/a.ts", "const { now } = { now: performance.now };"],
    ["packages/graph/src/a.ts", "const at = new Date().toISOString();"],
    ["packages/graph/src/a.ts", "globalThis.setTimeout(() => {}, 1);"],
    ["packages/graph/src/a.ts", "const later = setImmediate;"],
    ["packages/graph/src/a.ts", "const dice = Math.random();"],
    ["packages/graph/src/a.ts", "const id = crypto.randomUUID();"],
    ["packages/graph/src/a.ts", 'import { randomUUID as id } from "node:crypto";'],
    ["packages/graph/src/a.ts", 'import { scheduler } from "node:timers/promises";'],
    ["packages/graph/src/a.ts", "const signal = AbortSignal.timeout(5);"],
    ["packages/telemetry/src/a.ts", 'import { interval, map } from "rxjs";'],
  ],
  "a library reads no environment and writes to no console": [
    ["packages/graph/src/a.ts", "const debug = process.env.DEBUG;"],
    ["packages/graph/src/a.ts", 'console.warn("careful");'],
    ["packages/graph/src/a.ts", "const { log } = console;"],
    ["packages/graph/src/a.ts", "const sinks = { console };"],
  ],
  "no file is longer than 250 lines of code": [["packages/graph/src/a.ts", "run();\n".repeat(251)]],
  "an index lists its names": [["packages/graph/src/index.ts", 'export * from "./graph.ts";']],
};

const goodSources: { [Sentence in keyof typeof sourceRules]: readonly [path: string, text: string] } = {
  "imports from @spark go down the ladder, and by public name": [
    "packages/rsi-deploy/src/a.ts",
    'import { Graph } from "@spark/graph"; import { betting } from "@spark/evidence";',
  ],
  "relative imports stay inside their own workspace": [
    "packages/graph/src/deep/a.ts",
    'import { Graph } from "../graph.ts";',
  ],
  "a library imports only the outside packages its rung names": [
    "packages/graph/src/a.ts",
    'import { z } from "zod"; import { createHash } from "node:crypto";',
  ],
  "a confined dependency stays in its folder": [
    "packages/experience-db/src/file/a.ts",
    'import { Low } from "lowdb";',
  ],
  "production code imports nothing from a testing subpath": [
    "packages/telemetry/src/a.test.ts",
    'import { ManualClock } from "@spark/graph/testing";',
  ],
  "no file is named after a drawer": ["packages/graph/src/node-types.ts", ""],
  "time, chance and identity come from clock.ts and identity.ts": [
    "packages/graph/src/a.ts",
    "const at = new Date(clock.now()); wheel.setTimeout(1); // Date.now() would be wrong",
  ],
  "a library reads no environment and writes to no console": [
    "packages/graph/src/a.ts",
    'const memory = process.memoryUsage(); const text = "console.log"; page.console(); const sinks = { console: 1 };',
  ],
  "no file is longer than 250 lines of code": [
    "packages/graph/src/a.ts",
    `/**\n${" * a word\n".repeat(300)} */\n${"run(); // once\n\n".repeat(250)}`,
  ],
  "an index lists its names": ["packages/graph/src/index.ts", 'export { Graph } from "./graph.ts";'],
};

describe("a source rule fires on what breaks it, and only there", () => {
  test.each(
    Object.entries(sourceRules).flatMap(([sentence, rule]) =>
      badSources[sentence as keyof typeof sourceRules].map(([path, text]) => ({
        sentence,
        rule,
        path,
        text,
      })),
    ),
  )("$sentence: $path $text", ({ rule, path, text }) => {
    expect(rule(parse(path, text))).toHaveLength(1);
  });

  test.each(Object.entries(sourceRules))("%s: a good example passes", (sentence, rule) => {
    expect(rule(parse(...goodSources[sentence as keyof typeof sourceRules]))).toEqual([]);
  });

  test("a line with the end of a template, a bracket or a string counts as code", () => {
    expect(codeLines(parse("a.ts", "const a = `\n${1}\n`;\n\n// no\n/* no */\nrun({\n});\n"))).toBe(5);
  });
});

const soundManifest: Manifest = {
  name: "@spark/telemetry",
  version: "0.1.0",
  description: "Turns the run records of a live graph into windows of metrics.",
  license: "MIT",
  files: ["dist", "src", "!src/**/*.test.ts"],
  type: "module",
  sideEffects: false,
  exports: {
    ".": { "@spark/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" },
  },
  scripts: { build: "tsc -p tsconfig.build.json", "check:package": "publint --strict" },
  dependencies: { "@spark/graph": "^0.1.0" },
  engines: { node: ">=20.19" },
};

function telemetryWith(changes: Partial<Package>, manifest: Partial<Manifest> = {}): Package {
  return { folder: "telemetry", exists: () => true, manifest: { ...soundManifest, ...manifest }, ...changes };
}

const sound = soundManifest.exports?.["."] ?? {};

const badPackages: { [Sentence in keyof typeof manifestRules]: readonly Package[] } = {
  "dependencies stand on the ladder": [
    telemetryWith({}, { dependencies: { "@spark/rsi-model": "^0.1.0" } }),
    telemetryWith({}, { dependencies: { immer: "11.2.10" } }),
    telemetryWith({}, { devDependencies: { "@spark/experience-db": "^0.1.0" } }),
    telemetryWith({ folder: "newcomer" }),
  ],
  "each entry has a source, types and code that belong together": [
    telemetryWith({}, { exports: { "./testing": sound } }),
    telemetryWith({ exists: () => false }),
    telemetryWith({}, { exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } } }),
    telemetryWith({}, { exports: { ".": { ...sound, types: "./dist/other.d.ts" } } }),
    telemetryWith({}, { exports: { ".": { default: "./dist/index.js", ...sound } } }),
  ],
  "what makes a package is the same in all of them": [
    telemetryWith({}, { type: "commonjs" }),
    telemetryWith({}, { files: ["src"] }),
    telemetryWith({}, { name: "telemetry" }),
  ],
  "a package has a README and is described": [
    telemetryWith({ exists: (file) => file !== "README.md" }),
    telemetryWith({}, { description: "" }),
    telemetryWith({}, { private: true }),
  ],
};

describe("a package rule fires on what breaks it, and only there", () => {
  test.each(Object.entries(manifestRules))("%s", (sentence, rule) => {
    for (const bad of badPackages[sentence as keyof typeof manifestRules]) expect(rule(bad)).toHaveLength(1);
    expect(rule(telemetryWith({}))).toEqual([]);
  });

  test("a package.json the lock file does not know is found", () => {
    const asked = { ...soundManifest, dependencies: { zod: "4.6.7" } };
    const folder = "packages/telemetry";
    expect(lockFaults({ [folder]: { dependencies: { zod: "4.6.7" } } }, { [folder]: asked })).toEqual([]);
    expect(lockFaults({ [folder]: { dependencies: { zod: "4.6.6" } } }, { [folder]: asked })).toHaveLength(1);
    expect(lockFaults({}, { [folder]: asked })).toHaveLength(1);
  });
});
