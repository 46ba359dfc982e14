import { SparkError } from "@spark/graph";

/**
 * The version of what the files say. Raise it together with an entry in {@link upgrades} whenever the shape
 * of a stored change or row is altered.
 */
export const currentFormat = 2;

/** Makes what an older format says into what the next one says. */
export interface FormatUpgrade {
  change(change: unknown): unknown;
  row(table: string, row: unknown): unknown;
}

/** By the format they start from. */
export type FormatUpgrades = Readonly<Record<number, FormatUpgrade>>;

/** Format 2 has other indexes in its snapshots; what changes and rows say is the same. */
export const upgrades: FormatUpgrades = { 1: { change: (change) => change, row: (_table, row) => row } };

/** Which format to write, and how to read older ones. */
export interface FileFormat {
  readonly version: number;
  readonly upgrades: FormatUpgrades;
}

/** All steps from `found` to the format's version, as one. */
export function upgradeFrom(found: number, { version, upgrades }: FileFormat, path: string): FormatUpgrade {
  if (found > version) {
    throw new SparkError(
      "unsupported",
      `${path} has format ${found}, and this package knows ${version} at the most. Use a newer package.`,
      { details: { path, found, known: version } },
    );
  }
  const steps = Array.from({ length: version - found }, (_, n) => {
    const step = upgrades[found + n];
    if (step) return step;
    throw new SparkError("unsupported", `${path} has format ${found}, which cannot be read any more.`, {
      details: { path, found, missing: found + n },
    });
  });
  return {
    change: (change) => steps.reduce((upgraded, step) => step.change(upgraded), change),
    row: (table, row) => steps.reduce((upgraded, step) => step.row(table, upgraded), row),
  };
}
