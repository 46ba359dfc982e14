import type { Refusal } from "./change-fault.ts";
import { valueText } from "./value-text.ts";

/** Keys that reach into the machinery of JavaScript objects instead of their data. */
const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "prototype", "constructor"]);

/** Parts between dots; in a part, `\.` is a dot and `\\` a backslash. */
const part = String.raw`(?:[^.\\]|\\[.\\])+`;
const wellFormed = new RegExp(String.raw`^${part}(?:\.${part})*$`);

/** What a path text means, or why it means nothing. */
export type ParsedPath =
  | { readonly ok: true; readonly path: readonly string[] }
  | { readonly ok: false; readonly refusal: Omit<Refusal, "target"> };

/**
 * Reads a config path: keys and list positions separated by dots (`messages.0.text`), a dot inside a key
 * written `\.`, a backslash `\\`. Refuses empty parts and the keys `__proto__`, `prototype`, `constructor`.
 */
export function parseConfigPath(text: string): ParsedPath {
  if (!wellFormed.test(text)) {
    return refuse(
      "a path of keys separated by single dots",
      valueText(text),
      String.raw`take out empty parts, and write a dot inside a key "\." and a backslash "\\"`,
    );
  }
  const path = text.match(new RegExp(part, "g")) ?? [];
  const keys = path.map((escaped) => escaped.replaceAll(/\\(.)/g, "$1"));
  const forbidden = keys.find((key) => forbiddenKeys.has(key));
  if (forbidden !== undefined) {
    return refuse("a path through the config's own data", valueText(text), `rename the key "${forbidden}"`);
  }
  return { ok: true, path: keys };
}

/** Writes a path the way {@link parseConfigPath} reads it. */
export function printConfigPath(path: readonly (string | number)[]): string {
  return path.map((key) => String(key).replaceAll(/[.\\]/g, String.raw`\$&`)).join(".");
}

function refuse(expected: string, found: string, fix: string): ParsedPath {
  return { ok: false, refusal: { expected, found, fix } };
}
