import { existsSync, readdirSync } from "node:fs";

/** The folders of all workspaces, such as `apps/sample`. */
export function workspaces(): readonly string[] {
  return ["packages", "apps"]
    .flatMap((parent) => readdirSync(parent).map((name) => `${parent}/${name}`))
    .filter((folder) => existsSync(`${folder}/package.json`))
    .toSorted();
}

/** The folders of what is published, such as `packages/graph`. */
export function libraries(): readonly string[] {
  return workspaces().filter((folder) => folder.startsWith("packages/"));
}

/** Every TypeScript file below a folder, with forward slashes. */
export function sourcesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
    .toSorted();
}
