import { posix } from "node:path";
import ts from "typescript";
import { confined, ladder } from "./ladder.ts";
import type { Source } from "./source.ts";
import { codeLines, fileName, importsOf, isForTests, lineOf, packageOf, walk } from "./source.ts";

/** A rule gives one sentence for each fault it finds in a file. */
export type SourceRule = (source: Source) => readonly string[];

const longestFile = 250;
const catchAllNames = new Set(["types", "utils", "helpers", "constants", "common", "misc", "manager"]);

/** The only files that may ask the machine for time, chance or identity. */
const originsOfChance = new Set(["packages/graph/src/clock.ts", "packages/graph/src/identity.ts"]);
const timers = new Set(["setTimeout", "setInterval", "setImmediate"]);
const readings = new Set([
  "Date.now",
  "performance.now",
  "Math.random",
  "crypto.randomUUID",
  "AbortSignal.timeout",
]);
const chanceModules: Readonly<Record<string, readonly string[] | "all">> = {
  "node:timers": "all",
  "node:timers/promises": "all",
  "node:crypto": ["randomUUID", "randomBytes", "randomInt", "getRandomValues"],
  // What ticks by itself; ticks come from a Clock.
  rxjs: `asyncScheduler auditTime bufferTime debounceTime delay interval sampleTime throttleTime timeInterval
    timeout timer timestamp windowTime`.split(/\s+/),
};

/** The rules every source must keep, by the sentence that says them. */
export const sourceRules = {
  "imports from @spark go down the ladder, and by public name": followsLadder,
  "relative imports stay inside their own workspace": staysAtHome,
  "a library imports only the outside packages its rung names": knowsItsSuppliers,
  "a confined dependency stays in its folder": keepsConfined,
  "production code imports nothing from a testing subpath": keepsTestingOut,
  "no file is named after a drawer": avoidsCatchAllNames,
  "time, chance and identity come from clock.ts and identity.ts": injectsChance,
  "a library reads no environment and writes to no console": leavesProcessAlone,
  "no file is longer than 250 lines of code": staysShort,
  "an index lists its names": listsItsNames,
} as const satisfies Record<string, SourceRule>;

function followsLadder(source: Source): readonly string[] {
  const home = packageOf(source);
  return importsOf(source).flatMap(({ specifier, line }) => {
    const [, target, subpath] = /^@spark\/([^/]+)(\/.+)?$/.exec(specifier) ?? [];
    if (target === undefined) return [];
    if (/^\/(src|dist)(\/|$)/.test(subpath ?? "")) {
      return [
        `${source.path}:${line} reaches into "${specifier}"; import a public name of @spark/${target}.`,
      ];
    }
    if (home === undefined || ladder[home]?.ours.includes(target) === true) return [];
    return [`${source.path}:${line} imports "${specifier}"; ${home} may use ${listed(ladder[home]?.ours)}.`];
  });
}

function staysAtHome(source: Source): readonly string[] {
  const home = workspaceOf(source.path);
  return importsOf(source)
    .filter(({ specifier }) => specifier.startsWith("."))
    .filter(({ specifier }) => workspaceOf(posix.join(posix.dirname(source.path), specifier)) !== home)
    .map(
      ({ specifier, line }) =>
        `${source.path}:${line} leaves its workspace by "${specifier}"; import by name.`,
    );
}

/** `packages/graph/src` for what lies in it; nothing for the scripts and tests of the root. */
function workspaceOf(path: string): string | undefined {
  return /^(packages\/[^/]+\/src|apps\/[^/]+\/src|packages|apps|bench)\//.exec(path)?.[1];
}

function knowsItsSuppliers(source: Source): readonly string[] {
  const home = packageOf(source);
  if (home === undefined || isForTests(source)) return [];
  return importsOf(source)
    .map(({ specifier, line }) => ({ name: outsidePackage(specifier), line }))
    .filter(({ name }) => name !== undefined && ladder[home]?.others.includes(name) !== true)
    .map(
      ({ name, line }) =>
        `${source.path}:${line} imports ${name}; ${home} may use ${listed(ladder[home]?.others)}.`,
    );
}

/** The benchmarks compare with what is confined elsewhere. */
function keepsConfined(source: Source): readonly string[] {
  if (source.path.startsWith("bench/")) return [];
  return importsOf(source).flatMap(({ specifier, line }) => {
    const folder = confined[outsidePackage(specifier) ?? ""];
    return folder === undefined || source.path.startsWith(folder)
      ? []
      : [`${source.path}:${line} imports "${specifier}", which only ${folder} may know.`];
  });
}

function keepsTestingOut(source: Source): readonly string[] {
  if (packageOf(source) === undefined || isForTests(source)) return [];
  return importsOf(source)
    .filter(({ specifier }) => /(^@spark\/[^/]+|^\.{1,2}(\/.*)?)\/testing(\.ts$|\/|$)/.test(specifier))
    .map(({ specifier, line }) => `${source.path}:${line} imports "${specifier}", which is made for tests.`);
}

function avoidsCatchAllNames(source: Source): readonly string[] {
  const parts = fileName(source)
    .replace(/\.test$/, "")
    .split("-");
  const whole = parts.join("-");
  return catchAllNames.has(whole) || parts.at(-1) === "manager"
    ? [`${source.path} is named after a drawer; name it after the concept it holds.`]
    : [];
}

function injectsChance(source: Source): readonly string[] {
  if (packageOf(source) === undefined || isForTests(source) || originsOfChance.has(source.path)) return [];
  const faults = importsOf(source).flatMap(({ specifier, names, line }) => {
    const banned = chanceModules[specifier.replace(/^rxjs\/operators$/, "rxjs")];
    if (banned === undefined) return [];
    const taken = banned === "all" ? [specifier] : names.filter((name) => banned.includes(name));
    return taken.map(
      (name) => `${source.path}:${line} imports ${name}; take a Clock, Ids or Random instead.`,
    );
  });
  walk(source.tree, (node) => {
    const reading = chanceReading(node);
    if (reading !== undefined) {
      faults.push(`${source.path}:${lineOf(node)} uses ${reading}; take a Clock, Ids or Random instead.`);
    }
  });
  return faults;
}

function chanceReading(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const path = node.getText().replace(/^globalThis\./, "");
    return readings.has(path) || timers.has(path) ? path : undefined;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === "Date" && !node.arguments?.length) {
    return "new Date()";
  }
  if (ts.isIdentifier(node) && timers.has(node.text) && !isMemberName(node)) return node.text;
  return undefined;
}

function leavesProcessAlone(source: Source): readonly string[] {
  if (packageOf(source) === undefined || isForTests(source)) return [];
  const faults: string[] = [];
  walk(source.tree, (node) => {
    if (ts.isPropertyAccessExpression(node) && node.getText() === "process.env") {
      faults.push(`${source.path}:${lineOf(node)} reads process.env; take the value as an option.`);
    } else if (ts.isIdentifier(node) && node.text === "console" && !isMemberName(node)) {
      faults.push(`${source.path}:${lineOf(node)} writes to the console; publish an event instead.`);
    }
  });
  return faults;
}

function staysShort(source: Source): readonly string[] {
  if (source.path.endsWith(".test.ts")) return [];
  const lines = codeLines(source);
  return lines > longestFile ? [`${source.path} has ${lines} lines of code; split it by concept.`] : [];
}

function listsItsNames(source: Source): readonly string[] {
  const faults: string[] = [];
  walk(source.tree, (node) => {
    if (ts.isExportDeclaration(node) && node.exportClause === undefined) {
      faults.push(`${source.path}:${lineOf(node)} exports everything; list the names.`);
    }
  });
  return faults;
}

/** `a.console` and `{ console: 1 }` name a member, not the global; `{ console }` is the global. */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  return "name" in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
}

/** The npm package behind a specifier; nothing for our own, for Node's modules and for relative ones. */
function outsidePackage(specifier: string): string | undefined {
  if (/^(\.|node:|@spark\/)/.test(specifier)) return undefined;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function listed(names: readonly string[] = []): string {
  return names.length === 0 ? "none" : names.join(", ");
}
