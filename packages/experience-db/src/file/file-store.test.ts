import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "vitest";
import { storeContract } from "../testing.ts";
import { FileStore } from "./file-store.ts";

let folder = "";
storeContract(
  {
    name: "FileStore",
    make: async () => {
      folder = await mkdtemp(join(tmpdir(), "experience-"));
      return new FileStore({ folder });
    },
    reopen: async () => new FileStore({ folder }),
  },
  { describe, test },
);
storeContract(
  {
    name: "FileStore that compacts all the time",
    make: async () => {
      folder = await mkdtemp(join(tmpdir(), "experience-"));
      return new FileStore({ folder, compactAfterBytes: 1 });
    },
    reopen: async () => new FileStore({ folder, compactAfterBytes: 1 }),
  },
  { describe, test },
);
