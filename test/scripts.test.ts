import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { nodeFault, stalePackages } from "../scripts/installation.mjs";

const machine = { exists: () => true, platform: "linux", arch: "x64" };
const zod = { version: "4.6.7" };

describe("what is missing or stale", () => {
  test("nothing, when everything the lock file lists is installed as listed", () => {
    const locked = { "": {}, "packages/graph": {}, "node_modules/zod": zod };
    expect(stalePackages(locked, { "packages/graph": {}, "node_modules/zod": zod }, machine)).toEqual([]);
  });

  test("everything, when nothing is installed", () => {
    const locked = { "": {}, "node_modules/zod": zod, "apps/sample/node_modules/rxjs": { version: "7.8.2" } };
    expect(stalePackages(locked, {}, machine)).toEqual(["node_modules/zod", "apps/sample/node_modules/rxjs"]);
  });

  test("a package of another version, one whose folder is gone, and one that is no longer listed", () => {
    const locked = { "node_modules/zod": zod };
    expect(stalePackages(locked, { "node_modules/zod": { version: "4.6.6" } }, machine)).toEqual([
      "node_modules/zod",
    ]);
    expect(stalePackages(locked, { "node_modules/zod": zod }, { ...machine, exists: () => false })).toEqual([
      "node_modules/zod",
    ]);
    expect(stalePackages({}, { "node_modules/zod": zod }, machine)).toEqual(["node_modules/zod"]);
  });

  test("an optional package made for this machine, not one made for others", () => {
    const locked = {
      "node_modules/@esbuild/linux-x64": { version: "1.0.0", optional: true, os: ["linux"], cpu: ["x64"] },
      "node_modules/@esbuild/darwin-x64": { version: "1.0.0", optional: true, os: ["darwin"], cpu: ["x64"] },
    };
    expect(stalePackages(locked, {}, machine)).toEqual(["node_modules/@esbuild/linux-x64"]);
  });
});

test.each([
  ["18.20.0", false],
  ["20.18.3", false],
  ["20.19.0", true],
  ["22.0.0", true],
])("Node %s is accepted: %s", (version, accepted) => {
  expect(nodeFault(version) === undefined).toBe(accepted);
});

describe.skipIf(process.platform === "win32")("a child in the foreground", () => {
  test("is told of Ctrl-C once, however often the signal arrives, and its exit code is ours", async () => {
    const program = `
      let signals = 0;
      process.on("SIGINT", () => { signals++; setTimeout(() => { console.log(signals); process.exit(7); }, 200); });
      setInterval(() => {}, 1000);
      console.log("ready");
    `;
    const parent = foreground(program);
    await once(parent.stdout, "data");
    const lines = text(parent.stdout);
    parent.kill("SIGINT");
    parent.kill("SIGINT");
    const [code] = await once(parent, "close");
    expect(await lines).toBe("1\n");
    expect(code).toBe(7);
  });

  test("that dies of a signal gives 128 and the signal's number", async () => {
    const [code] = await once(foreground("process.kill(process.pid, 'SIGTERM')"), "close");
    expect(code).toBe(128 + 15);
  });
});

/** A process that runs `program` as our scripts run theirs, and exits with its code. */
function foreground(program: string) {
  const parent = `
    import { runChild } from "./scripts/child.mjs";
    process.exitCode = await runChild(process.execPath, ["--eval", ${JSON.stringify(program)}]);
  `;
  return spawn(process.execPath, ["--input-type=module", "--eval", parent], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
