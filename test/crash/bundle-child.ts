import { build } from "esbuild";

/**
 * Makes the child program one file of JavaScript: it starts in a fifth of the time the sources take, and
 * hundreds of them are started. Gives its path.
 */
export async function bundleChild(folder: string): Promise<string> {
  const outfile = `${folder}/child.mjs`;
  await build({
    entryPoints: [`${import.meta.dirname}/child.ts`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@spark/source"],
    logLevel: "warning",
  });
  return outfile;
}
