import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSparkError, type SparkError } from "@spark/graph";
import { beforeEach, describe, expect, test } from "vitest";
import { ExperienceDatabase } from "../experience-database.ts";
import { type DiskFault, type DiskOperation, everythingIn, liveThrough, SimulatedDisk } from "../testing.ts";
import { currentFormat } from "./file-format.ts";
import { FileStore, type FileStoreOptions } from "./file-store.ts";

const folder = "/store";
const journal = `${folder}/journal-000001.jsonl`;
const alone = { self: () => ({ pid: 1, host: "here" }), state: () => "gone" as const };

let disk: SimulatedDisk;
beforeEach(() => {
  disk = new SimulatedDisk();
});

async function open(options: Partial<FileStoreOptions> = {}) {
  const store = new FileStore({ folder, fileSystem: disk, processes: alone, ...options });
  const database = new ExperienceDatabase({ store });
  await database.initialize();
  return { store, database };
}

const pattern = (database: ExperienceDatabase, patternId: string) =>
  database.storePattern({ patternId, patternName: "p", patternType: "t" });
const patternIds = async (database: ExperienceDatabase) =>
  (await database.queryPatterns({ limit: Infinity })).map(({ patternId }) => patternId).sort();
const failure = (error: unknown, code: SparkError["code"], ...parts: readonly string[]) =>
  isSparkError(error, code) && parts.every((part) => error.message.includes(part));
const only = (kind: DiskOperation["kind"], fault: DiskFault, path = journal) => {
  disk.faultAt = (operation) => (operation.kind === kind && operation.path === path ? fault : undefined);
};
const noFault = () => {
  disk.faultAt = () => undefined;
};

describe("a write that fails", () => {
  test("a full disk refuses the write, keeps the rest readable, and nothing half-written", async () => {
    const { database } = await open();
    await pattern(database, "kept");
    const before = disk.contents(journal);
    let writes = 0;
    disk.faultAt = ({ kind, path }) => {
      if (kind !== "write" || path !== journal) return undefined;
      writes += 1;
      return { code: "ENOSPC", bytesWritten: writes === 1 ? 10 : 0 };
    };
    await expect(pattern(database, "lost")).rejects.toSatisfy((error) =>
      failure(error, "storage_failed", "The disk is full", journal),
    );
    expect(writes).toBe(2);
    expect(disk.contents(journal)).toEqual(before);
    expect(await patternIds(database)).toEqual(["kept"]);

    noFault();
    await pattern(database, "later");
    await database.close();
    expect(await patternIds((await open()).database)).toEqual(["kept", "later"]);
  });

  test("a system that takes a few bytes at a time gets all of them", async () => {
    const { database } = await open();
    disk.faultAt = ({ kind }) => (kind === "write" ? { code: "EAGAIN", bytesWritten: 7 } : undefined);
    await pattern(database, "slow");
    noFault();
    await database.close();
    expect(await patternIds((await open()).database)).toEqual(["slow"]);
  });

  test("after a failed flush nothing is acknowledged any more, and what was stays readable", async () => {
    const { database } = await open();
    await pattern(database, "kept");
    only("sync", { code: "EIO" });
    await expect(pattern(database, "doubtful")).rejects.toSatisfy((error) =>
      failure(error, "storage_failed", "Flushing the journal", "check the disk"),
    );
    noFault();
    await expect(pattern(database, "after")).rejects.toSatisfy((error) =>
      failure(error, "storage_failed", "can only be read since a write failed", "Flushing", "open it again"),
    );
    expect(await patternIds(database)).toEqual(["kept"]);
    await database.close();
    expect(await patternIds((await open()).database)).toContain("kept");
  });

  test("all that overlap with a failed flush fail, in memory and in their promises", async () => {
    const { database } = await open();
    only("sync", { code: "EIO" });
    const results = await Promise.allSettled(["a", "b", "c"].map((id) => pattern(database, id)));
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(await patternIds(database)).toEqual([]);
  });

  test("a tail that cannot be cut off again makes the store read-only", async () => {
    const { database } = await open();
    let first = true;
    disk.faultAt = ({ kind, path }) => {
      if (path !== journal || (kind !== "write" && kind !== "truncate")) return undefined;
      const short = first;
      first = false;
      return { code: "ENOSPC", bytesWritten: short ? 10 : 0 };
    };
    await expect(pattern(database, "lost")).rejects.toThrow("The disk is full");
    noFault();
    await expect(pattern(database, "after")).rejects.toThrow("can only be read");
    await database.close();
    const { store, database: again } = await open();
    expect(store.recovery.torn).toMatchObject({ bytes: 10 });
    expect(await patternIds(again)).toEqual([]);
  });

  test("a folder that vanishes is noticed, though the system still takes the bytes", async () => {
    const real = await mkdtemp(join(tmpdir(), "experience-"));
    const database = new ExperienceDatabase({ store: new FileStore({ folder: real }) });
    await database.initialize();
    await pattern(database, "kept");
    await rm(real, { recursive: true });
    await expect(pattern(database, "lost")).rejects.toSatisfy((error) =>
      failure(error, "storage_failed", "has vanished"),
    );
    expect(await patternIds(database)).toEqual(["kept"]);
    await database.close();
  });
});

describe("opening", () => {
  test.each([
    { kind: "readdir", code: "EACCES", path: folder, hint: "no permission" },
    { kind: "open", code: "EROFS", path: journal, hint: "read-only" },
    { kind: "sync", code: "ENOSPC", path: folder, hint: "The disk is full" },
  ] as const)("says what to do when $kind fails with $code", async ({ kind, code, path, hint }) => {
    only(kind, { code }, path);
    await expect(open()).rejects.toSatisfy((error) => failure(error, "storage_failed", code, hint));
    noFault();
    await open();
  });

  test.skipIf(process.getuid?.() === 0)("a folder without permission is refused", async () => {
    const real = await mkdtemp(join(tmpdir(), "experience-"));
    await chmod(real, 0o500);
    await expect(new FileStore({ folder: real }).load()).rejects.toThrow("no permission");
  });

  test("what an interrupted snapshot left is cleared away", async () => {
    disk.place(`${folder}/snapshot-000002.jsonl.tmp`, Buffer.from("half"));
    await open();
    expect(disk.paths.filter((path) => path.endsWith(".tmp"))).toEqual([]);
  });

  test("a missing journal is refused by name", async () => {
    const { store, database } = await open();
    await pattern(database, "a");
    await store.compact();
    await database.close();
    await disk.unlink(`${folder}/journal-000002.jsonl`);
    await expect(open()).rejects.toSatisfy((error) =>
      failure(error, "storage_corrupt", "journal-000002.jsonl is missing"),
    );
  });

  test("a missing snapshot is refused by name", async () => {
    const { store, database } = await open();
    await pattern(database, "a");
    await store.compact();
    await database.close();
    await disk.unlink(`${folder}/snapshot-000002.jsonl`);
    await expect(open()).rejects.toSatisfy((error) =>
      failure(error, "storage_corrupt", "journal-000001.jsonl is missing", "snapshot-000002.jsonl"),
    );
  });

  test.each([[""], [undefined]])("a store without a folder (%j) is refused", (folder) => {
    expect(() => new FileStore({ folder } as never)).toThrow(/expected `folder` to be the path of a folder/);
  });
});

describe("damage to what was acknowledged", () => {
  const damage = async (path: string, edit: (bytes: Buffer) => Buffer) => {
    disk.place(path, edit(disk.contents(path)));
  };
  const flip = (offset: number) => (bytes: Buffer) => {
    bytes[offset] = (bytes[offset] ?? 0) ^ 0x04;
    return bytes;
  };

  test("is refused with the line, the byte and what is sound around it", async () => {
    const { database } = await open();
    for (const id of ["a", "b", "c", "d"]) await pattern(database, id);
    await database.close();
    const third = disk.contents(journal).toString().split("\n").slice(0, 3).join("\n").length + 1;
    await damage(journal, flip(third + 150));
    await expect(open()).rejects.toSatisfy(
      (error) =>
        failure(
          error,
          "storage_corrupt",
          `line 4 (byte ${third})`,
          "checksum",
          "2 entries",
          "1 after",
          "backup",
        ) && (error as SparkError).details["soundBefore"] === 2,
    );
  });

  test("no flipped byte changes what is said: it is refused, or cut off with the last line and reported", async () => {
    const { database } = await open();
    for (const id of ["a", "b", "c"]) await pattern(database, id);
    await database.close();
    const sound = disk.contents(journal);
    const lastLine = sound.lastIndexOf("\n", -2) + 1;
    for (let offset = 0; offset < sound.length; offset += 1) {
      disk.place(journal, flip(offset)(Buffer.from(sound)));
      try {
        const { store, database } = await open();
        expect(offset).toBeGreaterThanOrEqual(lastLine);
        expect(store.recovery).toMatchObject({ changes: 2, torn: { offset: lastLine } });
        expect(await patternIds(database)).toEqual(["a", "b"]);
        await database.close();
      } catch (error) {
        expect(error).toSatisfy(
          (error) => isSparkError(error, "storage_corrupt") || isSparkError(error, "unsupported"),
        );
        expect(offset).toBeLessThan(lastLine);
      }
    }
  });

  test.each([
    ["removed", (lines: string[]) => lines.toSpliced(2, 1)],
    ["removed before the last", (lines: string[]) => lines.toSpliced(-3, 1)],
    ["doubled", (lines: string[]) => lines.toSpliced(2, 0, lines[2] ?? "")],
    ["swapped", (lines: string[]) => lines.with(1, lines[2] ?? "").with(2, lines[1] ?? "")],
  ])("a line that was %s is refused", async (_, edit) => {
    const { database } = await open();
    for (const id of ["a", "b", "c", "d"]) await pattern(database, id);
    await database.close();
    await damage(journal, (bytes) => Buffer.from(edit(bytes.toString().split("\n")).join("\n")));
    await expect(open()).rejects.toSatisfy((error) => isSparkError(error, "storage_corrupt"));
  });

  test("a flipped byte anywhere in a snapshot is refused", async () => {
    const { store, database } = await open();
    await liveThrough(database, 2);
    await store.compact();
    await database.close();
    const snapshot = `${folder}/snapshot-000002.jsonl`;
    const sound = disk.contents(snapshot);
    for (let offset = 0; offset < sound.length; offset += 37) {
      disk.place(snapshot, flip(offset)(Buffer.from(sound)));
      await expect(open(), `byte ${offset}`).rejects.toSatisfy(
        // Nobody is told to cut what is sealed as a whole.
        (error) => isSparkError(error, "storage_corrupt") && !error.message.includes("cut it"),
      );
    }
    disk.place(snapshot, sound.subarray(0, sound.length - 10));
    await expect(open()).rejects.toThrow("its seal is not whole");
  });
});

describe("verify", () => {
  test("follows the whole history where it is kept, over every compaction", async () => {
    const { store, database } = await open({ keepHistory: true });
    for (const id of ["a", "b", "c"]) {
      await pattern(database, id);
      await store.compact();
    }
    await pattern(database, "d");
    expect(await store.verify()).toMatchObject({ ok: true, from: 0, changes: 4 });
    await database.close();
    expect(await patternIds((await open({ keepHistory: true })).database)).toEqual(["a", "b", "c", "d"]);
  });

  test("finds what was altered behind the store's back, also in old journals", async () => {
    const { store, database } = await open({ keepHistory: true });
    await pattern(database, "a");
    await store.compact();
    await pattern(database, "b");
    const before = disk.contents(journal).toString();
    disk.place(journal, Buffer.from(before.replace('"patternName":"p"', '"patternName":"q"')));
    expect(await store.verify()).toMatchObject({ ok: false, damage: { path: journal, line: 2 } });
  });

  test("finds that acknowledged changes are gone", async () => {
    const { store, database } = await open();
    await pattern(database, "a");
    const first = disk.contents(journal);
    await pattern(database, "b");
    disk.place(journal, first);
    expect(await store.verify()).toMatchObject({
      ok: false,
      damage: { reason: "it ends at change 1, and 2 were acknowledged" },
    });
  });

  test("may run while others write and compact", async () => {
    const { store, database } = await open({ compactAfterBytes: 500 });
    const writes = Array.from({ length: 30 }, (_, n) => pattern(database, `p${n}`));
    const verified = [store.verify(), store.compact().then(() => store.verify())];
    await Promise.all(writes);
    for (const result of await Promise.all(verified)) expect(result).toMatchObject({ ok: true });
  });
});

describe("compaction", () => {
  test("that fails loses nothing and is told, asked for or not", async () => {
    const failures: SparkError[] = [];
    const { store, database } = await open({ onCompactionFailed: (error) => failures.push(error) });
    await liveThrough(database, 2);
    const before = await everythingIn(database);
    only("rename", { code: "EIO" }, `${folder}/snapshot-000002.jsonl.tmp`);
    await expect(store.compact()).rejects.toSatisfy((error) =>
      failure(error, "storage_failed", "Writing the snapshot"),
    );
    expect(failures).toHaveLength(1);
    noFault();
    await pattern(database, "after");
    await database.close();
    expect(disk.paths.filter((path) => path.includes("snapshot"))).toEqual([]);
    const { database: again } = await open();
    expect(await everythingIn(again)).toMatchObject({
      experiences: (before as { experiences: [] }).experiences,
    });
    expect(await patternIds(again)).toContain("after");
  });

  test("goes on in the old journal when no new one can be made", async () => {
    const { store, database } = await open();
    await pattern(database, "a");
    only("write", { code: "ENOSPC" }, `${folder}/journal-000002.jsonl`);
    await expect(store.compact()).rejects.toThrow("Beginning a new journal");
    await pattern(database, "b");
    await database.close();
    noFault();
    expect(await patternIds((await open()).database)).toEqual(["a", "b"]);
  });

  test("runs by itself, at most when the journal has outgrown the last snapshot", async () => {
    const { store, database } = await open({ compactAfterBytes: 1_000 });
    for (let n = 0; n < 200; n += 1) await pattern(database, `p${n}`);
    await store.verify();
    const generation = Number(/\d+/.exec(disk.paths.find((path) => path.includes("snapshot")) ?? "")?.[0]);
    expect(generation).toBeGreaterThan(3);
    expect(generation).toBeLessThan(20);
    await database.close();
    expect(await patternIds((await open()).database)).toHaveLength(200);
  });

  test("asked for at any moment between writes holds each change once", async () => {
    for (let moment = 0; moment < 60; moment += 1) {
      disk = new SimulatedDisk();
      const { store, database } = await open();
      await pattern(database, "p");
      const uses = Array.from({ length: 4 }, async (_, n) => {
        for (let wait = 0; wait < n * 3; wait += 1) await Promise.resolve();
        await database.updatePatternStats({ patternId: "p", success: true });
      });
      for (let wait = 0; wait < moment; wait += 1) await Promise.resolve();
      await Promise.all([store.compact(), ...uses]);
      await database.close();
      const { store: again, database: reopened } = await open();
      expect(await reopened.queryPatterns(), `moment ${moment}`).toMatchObject([{ usageCount: 4 }]);
      expect(await again.verify()).toMatchObject({ ok: true });
    }
  });

  test("asked for twice at once is done", async () => {
    const { store, database } = await open();
    await pattern(database, "a");
    await Promise.all([store.compact(), store.compact(), pattern(database, "b")]);
    expect(disk.paths.some((path) => path.includes("snapshot"))).toBe(true);
  });
});

describe("an older format", () => {
  const newer = {
    version: currentFormat + 1,
    upgrades: {
      [currentFormat]: {
        change: (change: unknown) => renamed(change),
        row: (table: string, row: unknown) => (table === "patterns" ? renamed(row) : row),
      },
    },
  };
  const renamed = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll('"patternType":"t"', '"patternType":"upgraded"'));

  test.each([false, true])(
    "is upgraded on opening (with a snapshot: %s), and then is the new one",
    async (snapshot) => {
      const { store, database } = await open();
      await pattern(database, "a");
      if (snapshot) await store.compact();
      await pattern(database, "b");
      await database.close();

      const upgraded = await open({ format: newer });
      const found = await upgraded.database.queryPatterns({ patternType: "upgraded" });
      expect(found.map(({ patternId }) => patternId).sort()).toEqual(["a", "b"]);
      expect(await upgraded.database.queryPatterns({ patternType: "t" })).toEqual([]);
      await upgraded.database.close();

      await expect(open()).rejects.toSatisfy((error) =>
        failure(error, "unsupported", `has format ${currentFormat + 1}`, "newer package"),
      );
      expect(await patternIds((await open({ format: newer })).database)).toEqual(["a", "b"]);
    },
  );

  test("that nobody knows how to upgrade is refused", async () => {
    await (await open()).database.close();
    await expect(open({ format: { version: currentFormat + 2, upgrades: newer.upgrades } })).rejects.toThrow(
      "cannot be read any more",
    );
  });
});
