import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ladder } from "./ladder.ts";
import { libraries } from "./workspaces.ts";

type Names = Readonly<Record<string, string>>;

/** What the rules read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly sideEffects?: boolean;
  readonly files?: readonly string[];
  readonly engines?: Names;
  readonly exports?: Readonly<Record<string, Names>>;
  readonly scripts?: Names;
  readonly dependencies?: Names;
  readonly devDependencies?: Names;
}

/** A package of `packages/`: its folder's name, its package.json, and whether a file of it exists. */
export interface Package {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly exists: (file: string) => boolean;
}

/** A rule gives one sentence for each fault it finds in a package. */
export type ManifestRule = (package_: Package) => readonly string[];

/** What every package must have and nothing else may differ in: uniform packages need no reading. */
const uniform: Manifest = {
  name: "",
  license: "MIT",
  type: "module",
  sideEffects: false,
  files: ["dist", "src", "!src/**/*.test.ts"],
  engines: { node: ">=20.19" },
  scripts: { build: "tsc -p tsconfig.build.json", "check:package": "publint --strict" },
};

/** The rules every package must keep, by the sentence that says them. */
export const manifestRules = {
  "dependencies stand on the ladder": dependsDownwards,
  "each entry has a source, types and code that belong together": offersWholeEntries,
  "what makes a package is the same in all of them": looksLikeTheOthers,
  "a package has a README and is described": introducesItself,
} as const satisfies Record<string, ManifestRule>;

export function repositoryPackages(): readonly Package[] {
  return libraries().map((folder) => ({
    folder: basename(folder),
    manifest: readManifest(folder),
    exists: (path) => existsSync(join(folder, path)),
  }));
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

function dependsDownwards({ folder, manifest }: Package): readonly string[] {
  const rung = ladder[folder];
  if (rung === undefined)
    return [`packages/${folder} has no rung; give it one in test/architecture/ladder.ts.`];
  const allowed = new Set([...rung.ours.map((name) => `@spark/${name}`), ...rung.others]);
  const ours = Object.keys(manifest.devDependencies ?? {}).filter((name) => name.startsWith("@spark/"));
  return [...Object.keys(manifest.dependencies ?? {}), ...ours]
    .filter((name) => !allowed.has(name))
    .map(
      (name) =>
        `${manifest.name} depends on ${name}; its rung allows ${[...allowed].join(", ") || "nothing"}.`,
    );
}

function offersWholeEntries({ manifest, exists }: Package): readonly string[] {
  const entries = Object.entries(manifest.exports ?? {});
  if (manifest.exports?.["."] === undefined) return [`${manifest.name} exports no ".".`];
  return entries.flatMap(([subpath, entry]) => {
    const where = `${manifest.name} exports "${subpath}"`;
    const source = entry["@spark/source"] ?? "";
    const stem = /^\.\/src\/(.+)\.ts$/.exec(source)?.[1];
    if (stem === undefined) return [`${where} without a source under ./src/.`];
    if (!exists(source)) return [`${where} from ${source}, which does not exist.`];
    const expected = {
      "@spark/source": source,
      types: `./dist/${stem}.d.ts`,
      default: `./dist/${stem}.js`,
    };
    // The order counts: a resolver takes the first condition it knows.
    return JSON.stringify(entry) === JSON.stringify(expected)
      ? []
      : [`${where} as ${JSON.stringify(entry)}; expected ${JSON.stringify(expected)}.`];
  });
}

function looksLikeTheOthers({ folder, manifest }: Package): readonly string[] {
  const expected: Manifest = { ...uniform, name: `@spark/${folder}` };
  return Object.entries(expected)
    .map(([key, value]) => ({ key, value, found: manifest[key as keyof Manifest] }))
    .filter(({ value, found }) => JSON.stringify(found) !== JSON.stringify(value))
    .map(
      ({ key, value, found }) =>
        `packages/${folder}/package.json has ${key} ${JSON.stringify(found)}; expected ${JSON.stringify(value)}.`,
    );
}

function introducesItself({ folder, manifest, exists }: Package): readonly string[] {
  return [
    ...(exists("README.md") ? [] : [`packages/${folder} has no README.md.`]),
    ...((manifest.description ?? "").length >= 20 ? [] : [`packages/${folder} has no description.`]),
    ...(manifest.private === true
      ? [`packages/${folder} is private; what is not published lives in apps/.`]
      : []),
  ];
}

/**
 * Where package-lock.json no longer knows what the package.json files ask for: an installation would then change
 * with every day's registry.
 */
export function lockFaults(
  locked: Readonly<Record<string, Pick<Manifest, "dependencies" | "devDependencies">>>,
  manifests: Readonly<Record<string, Manifest>>,
): readonly string[] {
  return Object.entries(manifests).flatMap(([folder, manifest]) =>
    (["dependencies", "devDependencies"] as const)
      .filter((kind) => !sameNames(locked[folder]?.[kind], manifest[kind]))
      .map((kind) => `package-lock.json does not know the ${kind} of "${folder || "."}"; run npm install.`),
  );
}

function sameNames(a: Names = {}, b: Names = {}): boolean {
  return Object.keys({ ...a, ...b }).every((name) => a[name] === b[name]);
}
