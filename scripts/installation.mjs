import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root, runChild } from "./child.mjs";

const oldestNode = /** @type {const} */ ([20, 19]);

/**
 * @typedef {{ version?: string, link?: boolean, resolved?: string, optional?: boolean,
 *   os?: string[], cpu?: string[], libc?: string[] }} LockedPackage one entry of npm's lock file
 * @typedef {Record<string, LockedPackage>} LockedPackages by folder, as in `packages` of npm's lock file
 */

/**
 * Makes the checkout runnable: checks Node's version, and installs when something is missing or stale.
 * Says on stderr what it does (stdout belongs to the program), and ends the process when it cannot be done.
 */
export async function prepare() {
  const fault = nodeFault(process.versions.node);
  if (fault !== undefined) fail(fault);

  const stale = stalePackages(lockedPackages("package-lock.json"), installedPackages(), {
    exists: (folder) => existsSync(join(root, folder, "package.json")),
    platform: process.platform,
    arch: process.arch,
  });
  if (stale.length === 0) return;

  const fresh = !existsSync(join(root, "node_modules"));
  say(
    fresh
      ? "Nothing is installed yet. Installing what package-lock.json lists (npm install) …"
      : `Missing or stale: ${listed(stale)}. Installing (npm install) …`,
  );
  const started = performance.now();
  // Unlike `npm ci` this touches only what differs; --no-save keeps the lock file as it is.
  const code = await npm(["install", "--no-save", "--no-audit", "--no-fund"], { stdio: ["ignore", 2, 2] });
  if (code !== 0)
    fail(`The installation failed (npm install, exit code ${code}); npm's own words are above.`);
  say(`Installed in ${seconds(performance.now() - started)}.`);
}

/**
 * What must be installed: folders of the lock file that are absent or of another version, and installed folders
 * the lock file no longer lists. Packages made for other platforms do not count.
 *
 * @param {LockedPackages} locked
 * @param {LockedPackages} installed
 * @param {{ exists: (folder: string) => boolean, platform: string, arch: string }} machine
 * @returns {string[]} folders, such as `node_modules/zod`
 */
export function stalePackages(locked, installed, { exists, platform, arch }) {
  const wanted = Object.entries(locked).filter(([folder]) => folder.includes("node_modules/"));
  const stale = wanted.filter(([folder, entry]) => {
    const found = installed[folder];
    if (found === undefined) return !(entry.optional && !isMadeFor(entry, platform, arch));
    return found.version !== entry.version || found.resolved !== entry.resolved || !exists(folder);
  });
  const dropped = Object.keys(installed).filter((folder) => locked[folder] === undefined);
  return [...stale.map(([folder]) => folder), ...dropped];
}

/**
 * True for an optional package that says it is made for exactly this kind of machine. One that names a C library is
 * left to npm, who knows which one runs here.
 *
 * @param {LockedPackage} entry
 * @param {string} platform
 * @param {string} arch
 */
function isMadeFor({ os, cpu, libc }, platform, arch) {
  return libc === undefined && os?.includes(platform) === true && cpu?.includes(arch) === true;
}

/**
 * @param {string} version
 * @returns {string | undefined} what is wrong with this version of Node, if anything
 */
export function nodeFault(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return (
    `Spark RSI needs Node ${oldestMajor}.${oldestMinor} or later; this is Node ${version}. ` +
    "Install a newer Node and run the command again."
  );
}

/**
 * Runs npm: the one that started this script, if one did.
 *
 * @param {readonly string[]} args
 * @param {Parameters<typeof runChild>[2]} [options]
 */
export function npm(args, options) {
  const script = process.env["npm_execpath"];
  if (script !== undefined && basename(script).startsWith("npm-cli.")) {
    return runChild(process.execPath, [script, ...args], options);
  }
  return runChild("npm", args, { ...options, shell: process.platform === "win32" });
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`spark: ${line}\n`);
}

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * @param {string} line
 * @returns {never}
 */
function fail(line) {
  say(line);
  process.exit(1);
}

/** @param {readonly string[]} folders */
function listed(folders) {
  const names = folders.map((folder) => folder.replace(/^.*node_modules\//, ""));
  return names.length <= 5
    ? names.join(", ")
    : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
}

/** npm notes what it installed in a lock file of its own, written last. */
function installedPackages() {
  const record = join("node_modules", ".package-lock.json");
  return existsSync(join(root, record)) ? lockedPackages(record) : {};
}

/**
 * @param {string} file
 * @returns {LockedPackages}
 */
function lockedPackages(file) {
  return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
}
