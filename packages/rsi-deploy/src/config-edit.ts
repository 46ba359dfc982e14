import { type JsonObject, type JsonValue, jsonEqual } from "@spark/graph";
import type { NodeConfigUpdate } from "@spark/rsi-model";
import type { Refusal } from "./change-fault.ts";
import { parseConfigPath, printConfigPath } from "./config-path.ts";
import { assigned, isPosition, valueAt } from "./json-edit.ts";
import { valueText } from "./value-text.ts";

/** The config after an update (the same object where nothing is different), or why it cannot be made. */
export type ConfigEdit =
  | { readonly ok: true; readonly config: JsonObject }
  | { readonly ok: false; readonly refusal: Omit<Refusal, "target"> };

type Update = Pick<NodeConfigUpdate, "configPath" | "newValue" | "oldValue">;

/**
 * Sets one value in a config. Objects missing on the way are made. Lists
 * are not extended, and a value that is no object or list is not replaced by one to get through.
 */
export function editConfig(config: JsonObject, update: Update): ConfigEdit {
  const { configPath, newValue, oldValue } = update;
  const parsed = parseConfigPath(configPath);
  if (!parsed.ok) return parsed;
  const { path } = parsed;
  const obstacle = obstacleOn(path, config);
  if (obstacle !== undefined) return { ok: false, refusal: obstacle };
  const present = valueAt(config, path);
  if (oldValue !== undefined && !jsonEqual(present, oldValue)) {
    return { ok: false, refusal: conflict(configPath, oldValue, present) };
  }
  if (jsonEqual(present, newValue)) return { ok: true, config };
  return { ok: true, config: assigned(config, [{ path, newValue }]) };
}

function conflict(configPath: string, oldValue: JsonValue, present: unknown): Omit<Refusal, "target"> {
  return {
    expected: `the old value ${valueText(oldValue)} at "${configPath}"`,
    found: valueText(present),
    fix: "the config has changed since the hypothesis was written: write it anew for this version",
  };
}

/** What keeps a path from being walked down to the place where the value goes. */
function obstacleOn(path: readonly string[], config: JsonObject): Omit<Refusal, "target"> | undefined {
  for (let depth = 0; depth < path.length; depth += 1) {
    const way = path.slice(0, depth);
    const here = valueAt(config, way);
    const key = path[depth] as string;
    const obstacle =
      here === undefined
        ? missingList(way, key)
        : Array.isArray(here)
          ? noPlace(way, key, here)
          : noObject(way, here);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

/** A missing parent is made as an object; where the next part is a position, a list was meant. */
function missingList(way: readonly string[], key: string): Omit<Refusal, "target"> | undefined {
  if (!isPosition(key)) return undefined;
  return {
    expected: `a list at "${printConfigPath(way)}"`,
    found: "nothing",
    fix: "set the whole list as the new value of its own path",
  };
}

function noPlace(
  way: readonly string[],
  key: string,
  list: readonly unknown[],
): Omit<Refusal, "target"> | undefined {
  if (isPosition(key) && Number(key) < list.length) return undefined;
  const places =
    list.length === 0 ? "no position (the list is empty)" : `a position from 0 to ${list.length - 1}`;
  return {
    expected: `${places} in the list at "${printConfigPath(way)}"`,
    found: valueText(key),
    fix: "a list is not extended by a path: set the whole list as the new value of its own path",
  };
}

function noObject(way: readonly string[], here: unknown): Omit<Refusal, "target"> | undefined {
  if (typeof here === "object" && here !== null) return undefined;
  return {
    expected: `an object or a list at "${printConfigPath(way)}"`,
    found: valueText(here),
    fix: "set that value as a whole first, or correct the path",
  };
}
