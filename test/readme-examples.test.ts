import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { libraries } from "./architecture/workspaces.ts";
import { typeFaults, writeExamples } from "./readme-examples/check.ts";
import type { Example } from "./readme-examples/example.ts";
import { examplesOf } from "./readme-examples/example.ts";

const execute = promisify(execFile);

const readmes = [
  "README.md",
  "CONTRIBUTING.md",
  ...libraries().map((folder) => `${folder}/README.md`),
].filter(existsSync);
const examples = readmes
  .flatMap((readme) => examplesOf(readme, readFileSync(readme, "utf8")))
  .filter(({ mode }) => mode !== "sketch");

/** Examples that must not pass, so that a checker that accepts everything is found out. */
const faulty = examplesOf(
  "faulty.md",
  [
    "```ts\nimport { SparkError } from '@spark/graph';\nnew SparkError('no such code', 1);\n```",
    "```ts\nimport { noSuchName } from '@spark/graph';\n```",
    "```ts run\nthrow new Error('ends badly');\n```",
    "```ts run\nconsole.log('one');\n```\n\n```text output\ntwo\n```",
  ].join("\n\n"),
);

const files = writeExamples("node_modules/.cache/readme-examples", [...examples, ...faulty]);
const faults = typeFaults(files);

function at(example: Example): string {
  return `${example.readme}:${example.line}`;
}

function fileOf(example: Example): string {
  return files[[...examples, ...faulty].indexOf(example)]!;
}

/** Runs an example as a reader would, on the sources of the packages. */
async function run(example: Example): Promise<string> {
  const flags = ["--conditions=@spark/source", "--import=tsx"];
  const { stdout } = await execute(process.execPath, [...flags, fileOf(example)], { timeout: 20_000 });
  return stdout;
}

describe("every example of a README", () => {
  test.each(examples.map((example) => [at(example), example] as const))("%s type-checks", (_at, example) => {
    expect(faults.get(fileOf(example))).toEqual([]);
  });

  const runnable = examples.filter(({ mode }) => mode === "run");
  test.each(runnable.map((example) => [at(example), example] as const))(
    "%s runs, and prints what it promises",
    async (_at, example) => {
      const printed = await run(example);
      if (example.output !== undefined) expect(printed.trim()).toBe(example.output.trim());
    },
  );
});

describe("the checker", () => {
  test("finds a wrong argument, with its line in the block", () => {
    const [wrongArgument, wrongName] = faulty.map((example) => faults.get(fileOf(example)));
    expect(wrongArgument?.join()).toMatch(/^line 2 of the block: .*"no such code"/);
    expect(wrongName?.join()).toMatch(/noSuchName/);
  });

  test("finds an example that ends badly, and one that prints something else", async () => {
    const [, , badEnd, otherOutput] = faulty;
    await expect(run(badEnd!)).rejects.toThrow("ends badly");
    expect((await run(otherOutput!)).trim()).not.toBe(otherOutput!.output?.trim());
  });

  test("reads the fences: mode, line, output; other languages are left alone", () => {
    const markdown =
      "# A\n\n```sh\nnpm test\n```\n\n```ts\na;\n```\n\n```ts run\nb;\n```\n```text output\nb\n```\n```ts sketch\n…\n```\n";
    expect(examplesOf("A.md", markdown)).toEqual([
      { readme: "A.md", line: 8, mode: "check", code: "a;\n" },
      { readme: "A.md", line: 12, mode: "run", code: "b;\n", output: "b\n" },
      { readme: "A.md", line: 18, mode: "sketch", code: "…\n" },
    ]);
  });

  test("refuses a word it does not know, rather than skipping the check", () => {
    expect(() => examplesOf("A.md", "```ts runs\na;\n```\n")).toThrow('A.md:1 says "ts runs"; expected');
  });
});
