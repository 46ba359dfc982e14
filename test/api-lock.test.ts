import { basename } from "node:path";
import { expect, test } from "vitest";
import { readManifest } from "./architecture/manifest-rules.ts";
import { libraries } from "./architecture/workspaces.ts";

/**
 * The public names of every entry, pinned: a name that appears or disappears is a decision, never an accident.
 * After such a decision: `npm test -- test/api-lock.test.ts --update`, and commit the file with the change.
 */
test.each(libraries().map((folder) => [`@spark/${basename(folder)}`, folder] as const))(
  "%s exports what api-lock/ lists; if the change is meant: npm test -- test/api-lock.test.ts --update",
  async (name, folder) => {
    const subpaths = Object.keys(readManifest(folder).exports ?? {}).toSorted();
    const entries = await Promise.all(
      subpaths.map(async (subpath) => {
        const entry = name + subpath.slice(1);
        return [entry, Object.keys((await import(entry)) as object).toSorted()] as const;
      }),
    );
    const names = JSON.stringify(Object.fromEntries(entries), undefined, 2);
    await expect(`${names}\n`).toMatchFileSnapshot(`api-lock/${basename(folder)}.json`);
  },
);
