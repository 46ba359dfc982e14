import type { ExperienceDatabase } from "@spark/experience-db";
import { type GraphVersion, graphVersion } from "@spark/graph";
import { loopGraph } from "./loop-graph.ts";

/** The version that was live when a process before this one ended; where there was none, the first one. */
export async function versionToStart(
  database: Pick<ExperienceDatabase, "activeVersion" | "readVersion">,
): Promise<GraphVersion> {
  const active = await database.activeVersion(loopGraph.id);
  if (active === undefined) return graphVersion(loopGraph);
  const { spec, label, parent } = await database.readVersion(active);
  return graphVersion(spec, parent === undefined ? { label } : { label, parent });
}
