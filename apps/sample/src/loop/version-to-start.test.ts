import { ExperienceDatabase } from "@spark/experience-db";
import { graphVersion } from "@spark/graph";
import { expect, test } from "vitest";
import { loopGraph } from "./loop-graph.ts";
import { versionToStart } from "./version-to-start.ts";

const first = graphVersion(loopGraph);

test("a new database starts with the first version", async () => {
  const database = new ExperienceDatabase();
  await database.initialize();
  expect((await versionToStart(database)).versionId).toBe(first.versionId);
});

test("a kept one starts with the version that was live last, under its own label", async () => {
  const database = new ExperienceDatabase();
  await database.initialize();
  const spec = { ...loopGraph, description: "better" };
  const improved = graphVersion(spec, { label: "1.1.0", parent: first.versionId });
  const { versionId, label } = improved;
  await database.storeVersion({ versionId, label, spec, graphId: spec.id, parent: first.versionId });
  const kept = {
    activeVersion: async () => versionId,
    readVersion: (id: string) => database.readVersion(id),
  };
  expect(await versionToStart(kept)).toMatchObject({ versionId, label: "1.1.0", parent: first.versionId });
});
