/** Why something cannot be done: what it needs, what is there instead, and what would help. */
export interface Refusal {
  /** What it is about, for people: `node "score"`, `edge "e1"`. */
  readonly target: string;
  readonly expected: string;
  readonly found: string;
  /** What to do about it. */
  readonly fix: string;
}

/** A refusal, with the change that led to it. */
export interface LocatedRefusal extends Refusal {
  /** Position of the change in the hypothesis, from 0. */
  readonly changeIndex: number;
}

/** What keeps one change of a hypothesis from being applied. */
export interface ChangeFault extends LocatedRefusal {
  /** As it stands in the hypothesis, so it may be no known type. */
  readonly changeType: string;
}

/** One fault as one line. */
export function printFault({ changeIndex, changeType, target, expected, found, fix }: ChangeFault): string {
  return `changes[${changeIndex}] ${changeType} of ${target}: expected ${expected}, found ${found}; ${fix}`;
}
