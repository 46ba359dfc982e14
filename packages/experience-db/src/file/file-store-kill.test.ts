import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { seededRandom } from "@spark/graph";
import { expect, test } from "vitest";
import { ExperienceDatabase } from "../experience-database.ts";
import { FileStore } from "./file-store.ts";

/** Writes without end, several at a time, and says what was acknowledged. */
const writer = `
  import { ExperienceDatabase } from "@spark/experience-db";
  import { FileStore } from "@spark/experience-db/file";
  const [folder, from] = process.argv.slice(-2);
  const store = new FileStore({ folder, compactAfterBytes: 20_000 });
  const database = new ExperienceDatabase({ store });
  await database.initialize();
  let next = Number(from);
  await Promise.all([1, 2, 3].map(async () => {
    for (;;) {
      const patternId = "p" + next++;
      await database.storePattern({ patternId, patternName: "p", patternType: "t" });
      process.stdout.write(patternId + "\\n");
    }
  }));
`;

test(
  "a process that is killed at any moment has lost nothing it acknowledged",
  { timeout: 60_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "kill-"));
    const random = seededRandom(3);
    const acknowledged = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(
        process.execPath,
        [
          "--conditions=@spark/source",
          "--import",
          "tsx",
          "--input-type=module",
          "-e",
          writer,
          folder,
          String(round * 1e6),
        ],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      const enough = 20 + Math.floor(random() * 400);
      let count = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.add(line);
        count += 1;
        if (count === enough) child.kill("SIGKILL");
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      expect(child.signalCode).toBe("SIGKILL");

      const store = new FileStore({ folder });
      const database = new ExperienceDatabase({ store });
      await database.initialize();
      const stored = await database.queryPatterns({ limit: Infinity });
      const ids = new Set(stored.map(({ patternId }) => patternId));
      expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([]);
      expect(await store.verify()).toMatchObject({ ok: true });
      await database.close();
    }
    expect(acknowledged.size).toBeGreaterThan(80);
  },
);
