import { type NodeTiming, quickMs } from "./node-timing.ts";
import type { NodeRun } from "./run-record.ts";

const attemptsBase = 2;
const indexBase = 2048;
const maxAttempts = indexBase / attemptsBase - 1;

/** So many quick executions share a reading of the clock at the most. */
const mostUnread = 16;

/** Milliseconds of each execution of a run: one number where all share it, else a list with one entry before the first. */
export type NodeTimes = number | readonly number[];

/**
 * The node executions of one run, as two lists of numbers: a code each (node index, attempts, success) and the
 * milliseconds it took. Numbers cost next to nothing while the run is under way; the objects people read are made
 * when somebody asks for them.
 *
 * An execution is added with its own times, or noted and timed together with its neighbours at the next reading.
 */
export class Trace {
  /** When the clock was read last, by the run's clock: the end of all that is not unread; at first the run's start. */
  endedAt: number;
  /** Executions that were noted since then. */
  unread = 0;
  readonly #codes: number[] = [];
  /** Absent as long as there was one reading at the most, which all executions share. */
  #durations: number[] | undefined;
  #evenMs = 0;
  readonly #startedAt: number;

  constructor(startedAt: number) {
    this.endedAt = startedAt;
    this.#startedAt = startedAt;
  }

  /** Adds one execution with its times; `code` is a {@link traceCode}. Nothing may be unread. */
  add(code: number, startedAt: number, endedAt: number): void {
    const durations = this.#durations ?? this.#list(this.#codes.length);
    this.#codes.push(code);
    durations.push(endedAt - startedAt);
    this.endedAt = endedAt;
  }

  /** Notes one execution that began when the one before ended; gives true when it is time to read the clock. */
  note(code: number): boolean {
    this.#codes.push(code);
    this.unread += 1;
    return this.unread >= mostUnread;
  }

  /** The clock was read: what is unread has ended by now, and its nodes are suspect if that took long. */
  read(now: number, nodes: readonly { readonly timing: NodeTiming }[]): void {
    const { unread } = this;
    if (unread === 0) return;
    const before = this.#codes.length - unread;
    const ms = now - this.endedAt;
    if (before === 0) this.#evenMs = ms / unread;
    else {
      const durations = this.#durations ?? this.#list(before);
      for (let at = 0; at < unread; at += 1) durations.push(ms / unread);
    }
    if (ms > quickMs) {
      for (const code of this.#codes.slice(before)) nodes[indexOf(code)]?.timing.suspect();
    }
    this.unread = 0;
    this.endedAt = now;
  }

  /** A code each, in the order of their ends. */
  get path(): readonly number[] {
    return this.#codes;
  }

  /** The milliseconds each took; one for all where they were quick altogether. */
  get times(): NodeTimes {
    const ms = this.endedAt - this.#startedAt;
    return this.#durations === undefined || ms <= quickMs
      ? ms / Math.max(1, this.#codes.length)
      : this.#durations;
  }

  /** The executions as objects, in the order of their ends. */
  toNodeRuns(nodeIds: readonly string[]): readonly NodeRun[] {
    return nodeRuns(this.path, this.times, nodeIds);
  }

  /** The list begins with a fraction that is no duration, so that the engine keeps it as fractions from the start. */
  #list(length: number): number[] {
    const durations = [0.5];
    for (let at = 0; at < length; at += 1) durations.push(this.#evenMs);
    this.#durations = durations;
    return durations;
  }
}

/** The objects people read, from a trace's path and times. */
export function nodeRuns(
  path: readonly number[],
  times: NodeTimes,
  nodeIds: readonly string[],
): readonly NodeRun[] {
  return path.map((code, at) => ({
    nodeId: nodeIds[indexOf(code)] as string,
    durationMs: typeof times === "number" ? times : (times[at + 1] as number),
    attempts: Math.floor((code % indexBase) / attemptsBase),
    ok: code % attemptsBase === 1,
  }));
}

/** Packs which node it was, how often it was tried and how it ended into one number. */
export function traceCode(index: number, attempts: number, ok: boolean): number {
  return index * indexBase + Math.min(attempts, maxAttempts) * attemptsBase + (ok ? 1 : 0);
}

function indexOf(code: number): number {
  return Math.floor(code / indexBase);
}
