import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { isSparkError, uniqueIds } from "@spark/graph";
import { beforeEach, expect, test } from "vitest";
import { nodeFileSystem } from "./file-system.ts";
import { lockFolder } from "./folder-lock.ts";
import { systemProcesses } from "./process-identity.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lock-"));
});

const lock = (processes = systemProcesses) =>
  lockFolder(nodeFileSystem, { folder, processes, ids: uniqueIds });
const leave = (holder: unknown) =>
  writeFile(join(folder, "lock-1.json"), typeof holder === "string" ? holder : JSON.stringify(holder));
const locked =
  (...parts: readonly string[]) =>
  (error: unknown) =>
    isSparkError(error, "storage_locked") && parts.every((part) => error.message.includes(part));

test("a second holder is refused with the first one's pid, until it lets go", async () => {
  const first = await lock();
  await expect(lock()).rejects.toSatisfy(locked(`process ${process.pid}`, "Close the store there"));
  await first.release();
  const second = await lock();
  await second.release();
  expect(await readdir(folder)).toEqual([]);
});

test("the lock of a process that was killed is taken over", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(child, "spawn");
  await leave({ pid: child.pid, host: hostname() });
  await expect(lock()).rejects.toSatisfy(locked(`process ${child.pid}`));
  child.kill("SIGKILL");
  await once(child, "exit");
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
});

test("a pid that was given out again does not count as the holder", async () => {
  await leave({ pid: process.pid, host: hostname(), startedAt: "another boot:1" });
  await (await lock()).release();
});

test("the holder on another machine cannot be judged, and is respected", async () => {
  await leave({ pid: process.pid, host: "elsewhere.example" });
  await expect(lock()).rejects.toSatisfy(locked("on elsewhere.example", "remove", "lock-1.json"));
});

test("a lock nobody can read is respected", async () => {
  await leave("{half");
  await expect(lock()).rejects.toSatisfy(locked("did not leave a name", "remove"));
});

test("of many who find a stale lock at the same time one at the most gets the folder", async () => {
  const ghost = { pid: 2 ** 22 + 1, host: hostname() };
  for (let round = 0; round < 20; round += 1) {
    await leave(ghost);
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => lock()));
    const winners = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(winners.length).toBeLessThanOrEqual(1);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).toSatisfy(locked(`process ${process.pid}`));
    }
    for (const winner of winners) await winner.release();
    await (await lock()).release();
  }
});
