import { type RunRecord, SparkError } from "@spark/graph";
import { Severity } from "./guard-reading.ts";

interface UserGuardBase {
  /** Its name in verdicts, unlike that of every other guard. */
  readonly name: string;
  /** Whether much of it is bad (tool errors, tokens) or good (thumbs up, a judge's score). */
  readonly direction: "higher_is_worse" | "lower_is_worse";
  /** How much worse than the baseline the candidate may be, relative: 0.2 tolerates 20 %. At least 0. */
  readonly margin: number;
  readonly severity: Severity;
}

/** A guard that says of a run whether it was so; how often it was bad is compared. */
export interface UserRateGuard extends UserGuardBase {
  /**
   * True or false, undefined where the run says nothing about it. Called once a run, in the run's own time: it
   * should take microseconds. What it throws disturbs nothing; it is counted, and said in the verdicts.
   */
  readonly read: (run: RunRecord) => boolean | undefined;
  readonly quantile?: undefined;
}

/** A guard that measures a run; a quantile of what it measured is compared. */
export interface UserQuantileGuard extends UserGuardBase {
  /** A finite number, undefined where the run says nothing about it; else as {@link UserRateGuard.read}. */
  readonly read: (run: RunRecord) => number | undefined;
  /** Which quantile, above 0 and below 1: 0.5 is the median. Tails need a longer history. */
  readonly quantile: number;
}

/**
 * A guard of one's own, beside errors, latency, cost and quality.
 *
 * @example
 * const refusals: UserGuard = {
 *   name: "refusals",
 *   read: (run) => (run.scores?.refused ?? 0) > 0,
 *   direction: "higher_is_worse",
 *   margin: 0.5,
 *   severity: "rollback",
 * };
 */
export type UserGuard = UserRateGuard | UserQuantileGuard;

/** Checks guards against each other and the names that are taken. Throws `invalid_config` that lists every fault. */
export function readUserGuards(guards: readonly UserGuard[], taken: readonly string[]): readonly UserGuard[] {
  const faults = guards.flatMap((guard, at) => {
    const sameName = guards.slice(0, at).some(({ name }) => name === guard.name);
    return [
      ...(sameName || taken.includes(guard.name)
        ? [`name: expected one that no other guard has, got "${guard.name}"`]
        : []),
      ...faultsOf(guard),
    ].map((fault) => `guards.${at}.${fault}`);
  });
  if (faults.length === 0) return guards;
  throw new SparkError("invalid_config", `User guards: ${faults.join("; ")}`, { details: { faults } });
}

function faultsOf({ name, read, direction, margin, severity, quantile }: UserGuard): readonly string[] {
  const lower = direction === "lower_is_worse";
  const severities = Severity.options.map((option) => `"${option}"`).join(", ");
  const demands: readonly (readonly [fits: boolean, fault: string])[] = [
    [typeof name === "string" && name !== "", `name: expected some text, got ${name}`],
    [typeof read === "function", `read: expected a function of a run, got ${typeof read}`],
    [
      lower || direction === "higher_is_worse",
      `direction: expected "higher_is_worse" or "lower_is_worse", got ${direction}`,
    ],
    [Number.isFinite(margin) && margin >= 0, `margin: expected a number from 0, got ${margin}`],
    [
      !lower || quantile === undefined || margin < 1,
      `margin: expected less than 1 where less is worse (a fall by 100 % leaves nothing to guard), got ${margin}`,
    ],
    [Severity.safeParse(severity).success, `severity: expected one of ${severities}, got ${severity}`],
    [
      quantile === undefined || (quantile > 0 && quantile < 1),
      `quantile: expected above 0 and below 1, got ${quantile}`,
    ],
  ];
  return demands.filter(([fits]) => !fits).map(([, fault]) => fault);
}
