import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as evidence from "./index.ts";

const blocks = [
  ...readFileSync(new URL("../README.md", import.meta.url), "utf8").matchAll(/```ts\n([\s\S]*?)```/g),
].map(([, code]) => code ?? "");

/** Runs one code block of the README (they are plain JavaScript) and gives the named variables back. */
async function run(block: string, names: readonly string[]): Promise<Record<string, unknown>> {
  const code = block.replace(
    /import (\{[^}]*\}) from "@spark\/evidence";/,
    "const $1 = globalThis.__evidence;",
  );
  Object.assign(globalThis, { __evidence: evidence });
  const source = `${code}\nexport { ${names.join(", ")} };`;
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source)}`);
}

test("the first example rolls back", async () => {
  expect(await run(blocks[0]!, ["rollback"])).toMatchObject({ rollback: true });
});

test("the second example is a breach of the floor", async () => {
  expect(await run(blocks[1]!, ["breach", "leading"])).toMatchObject({ breach: true, leading: 0 });
});

test("the table names every public function", () => {
  const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const functions = Object.entries(evidence).flatMap(([name, value]) =>
    typeof value === "function" ? [name] : [],
  );
  const unnamed = functions.filter((name) => !text.includes(`\`${name}\``));
  expect(unnamed).toEqual([]);
});
