import { averageEvidence } from "@spark/evidence";
import type { Severity } from "./guard-reading.ts";
import type { SequentialGuard, UnderWay } from "./sequential-guard.ts";

/** What the guards of one severity say together. */
export interface GroupReading {
  /** Natural logarithm of their averaged evidence. */
  readonly log: number;
  /** The guard that contributes most. */
  readonly leading: SequentialGuard;
  readonly tripped: boolean;
}

/**
 * The armed guards of one severity, which share one budget: their evidence is averaged with fixed weights. A
 * guard that only warns takes nothing from those that roll back.
 */
export class GuardGroup {
  readonly severity: Severity;
  readonly guards: readonly SequentialGuard[];
  readonly #required: number;
  readonly #minimumFailures: number;

  constructor(
    severity: Severity,
    guards: readonly SequentialGuard[],
    limits: { readonly required: number; readonly minimumFailures: number },
  ) {
    this.severity = severity;
    this.guards = guards.filter(({ test }) => test.severity === severity);
    this.#required = limits.required;
    this.#minimumFailures = limits.minimumFailures;
  }

  /** Undefined without guards. About 3 µs a guard. */
  read(underWay: UnderWay): GroupReading | undefined {
    if (this.guards.length === 0) return undefined;
    const average = averageEvidence(
      this.guards.map((guard) => ({ logEvidence: guard.log(underWay), weight: guard.test.weight })),
    );
    const leading = this.guards[average.leading] as SequentialGuard;
    const log = average.logEvidence;
    const tripped = log >= this.#required && leading.candidate.hits >= this.#minimumFailures;
    return { log, leading, tripped };
  }
}
