import type { NodeRun } from "./run-record.ts";

const attemptsBase = 2;
const indexBase = 2048;
const maxAttempts = indexBase / attemptsBase - 1;

/**
 * The node executions of one run, as two lists of numbers: a code each (node index, attempts, success) and the
 * milliseconds it took. Numbers cost next to nothing while the run is under way; the objects people read are made
 * when somebody asks for them.
 */
export class Trace {
  /** When the execution that was noted last ended, by the run's clock; at first, when the run started. */
  endedAt: number;
  readonly #codes: number[] = [];
  /** Begins with a fraction that is no duration, so that the engine keeps it as a list of fractions from the start. */
  readonly #durations = [0.5];

  constructor(startedAt: number) {
    this.endedAt = startedAt;
  }

  /** Notes one execution; `code` is a {@link traceCode}. */
  add(code: number, startedAt: number, endedAt: number): void {
    this.#codes.push(code);
    this.#durations.push(endedAt - startedAt);
    this.endedAt = endedAt;
  }

  /** The executions as objects, in the order of their ends. */
  toNodeRuns(nodeIds: readonly string[]): readonly NodeRun[] {
    return this.#codes.map((code, at) => ({
      nodeId: nodeIds[Math.floor(code / indexBase)] as string,
      durationMs: this.#durations[at + 1] as number,
      attempts: Math.floor((code % indexBase) / attemptsBase),
      ok: code % attemptsBase === 1,
    }));
  }
}

/** Packs which node it was, how often it was tried and how it ended into one number. */
export function traceCode(index: number, attempts: number, ok: boolean): number {
  return index * indexBase + Math.min(attempts, maxAttempts) * attemptsBase + (ok ? 1 : 0);
}
