import type { KnownPaths } from "./known-paths.ts";
import { type NodeTiming, quickMs } from "./node-timing.ts";
import type { NodeRun } from "./run-record.ts";

const attemptsBase = 2;
const indexBase = 2048;
const maxAttempts = indexBase / attemptsBase - 1;

/** So many quick executions share a reading of the clock at the most. */
const mostUnread = 16;

/** Milliseconds of each execution of a run: one number where all share it. */
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
  endedAt = 0;
  /** How many executions there are. */
  length = 0;
  /** Whether the clock is to be read before the next execution begins. */
  isDue = false;
  /** So many of them had ended when the clock was read last. */
  #read = 0;
  /** A code each: as long as the run goes a known way, the list of that, which is not this trace's to change. */
  #codes: readonly number[] = [];
  /** The codes of a run that goes another way; keeps its length, since a trace is used by one run after another. */
  readonly #own: number[] = [];
  /** Not in use as long as there was one reading at the most. Begins as a fraction, so that the engine keeps fractions. */
  readonly #durations = [0.5];
  #isListed = false;
  #evenMs = 0;
  #startedAt = 0;

  constructor(startedAt: number) {
    this.restart(startedAt, []);
  }

  /** Forgets everything; a run starts, which is likely to go a known way. */
  restart(startedAt: number, known: readonly number[]): void {
    this.endedAt = startedAt;
    this.#startedAt = startedAt;
    this.#codes = known;
    this.#read = 0;
    this.length = 0;
    this.isDue = false;
    this.#isListed = false;
    this.#evenMs = 0;
  }

  /** Adds one execution with its times; `code` is a {@link traceCode}. Nothing may be unread. */
  add(code: number, startedAt: number, endedAt: number): void {
    const at = this.length;
    if (!this.#isListed) this.#list(at);
    if (this.#codes[at] !== code) this.#turn(code);
    this.#durations[at] = endedAt - startedAt;
    this.length = at + 1;
    this.#read = at + 1;
    this.endedAt = endedAt;
  }

  /** The way is not the known one, or no longer. */
  #turn(code: number): void {
    if (this.#codes !== this.#own) {
      for (let at = 0; at < this.length; at += 1) this.#own[at] = this.#codes[at] as number;
      this.#codes = this.#own;
    }
    this.#own[this.length] = code;
  }

  /** Executions that were noted since the clock was read last. */
  get unread(): number {
    return this.length - this.#read;
  }

  /** Notes one execution that began when the one before ended, and that is to be timed closely or not. */
  note(code: number, isClosely: boolean): void {
    if (this.#codes[this.length] !== code) this.#turn(code);
    this.length += 1;
    if (isClosely || this.length - this.#read >= mostUnread) this.isDue = true;
  }

  /** The clock was read: what is unread has ended by now; several nodes are suspect if that took long. */
  read(now: number, nodes: readonly { readonly timing: NodeTiming }[]): void {
    const { unread } = this;
    if (unread === 0) return;
    const ms = now - this.endedAt;
    if (unread === this.length) this.#evenMs = ms / unread;
    else this.#share(ms / unread);
    if (unread === 1) nodes[indexOf(this.#codes[this.#read] as number)]?.timing.timed(ms);
    else if (ms > quickMs) this.#suspect(nodes);
    this.#readAt(now);
  }

  /** The clock was read for nodes beside each other: those unread have all taken from `since` until now. */
  readBeside(since: number, now: number): void {
    this.#share(now - since);
    this.#readAt(now);
  }

  /** The run is ended from outside while a node waits that is not in here: those unread were quick before it. */
  cut(now: number): void {
    if (this.unread > 0) this.#share(Math.min(now - this.endedAt, quickMs) / this.unread);
    this.resume(now);
  }

  /** Goes on after a pause that counts as no execution's time. Nothing may be unread. */
  resume(now: number): void {
    if (!this.#isListed) this.#list(this.length);
    this.#readAt(now);
  }

  #readAt(now: number): void {
    this.#read = this.length;
    this.isDue = false;
    this.endedAt = now;
  }

  #share(msEach: number): void {
    if (!this.#isListed) this.#list(this.#read);
    for (let at = this.#read; at < this.length; at += 1) this.#durations[at] = msEach;
  }

  #suspect(nodes: readonly { readonly timing: NodeTiming }[]): void {
    for (let at = this.#read; at < this.length; at += 1) {
      nodes[indexOf(this.#codes[at] as number)]?.timing.suspect();
    }
  }

  /** A code each, in the order of their ends, as one of the known lists. */
  pathAmong(known: KnownPaths): readonly number[] {
    return this.#codes !== this.#own && this.#codes.length === this.length
      ? this.#codes
      : known.shared(this.#codes, this.length);
  }

  /** The milliseconds each took; one for all where they were quick altogether. */
  get times(): NodeTimes {
    const ms = this.endedAt - this.#startedAt;
    return !this.#isListed || ms <= quickMs
      ? ms / Math.max(1, this.length)
      : this.#durations.slice(0, this.length);
  }

  /** The executions as objects, in the order of their ends. */
  toNodeRuns(nodeIds: readonly string[]): readonly NodeRun[] {
    return nodeRuns(this.#codes.slice(0, this.length), this.times, nodeIds);
  }

  #list(length: number): void {
    this.#isListed = true;
    for (let at = 0; at < length; at += 1) this.#durations[at] = this.#evenMs;
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
    durationMs: typeof times === "number" ? times : (times[at] as number),
    attempts: Math.floor((code % indexBase) / attemptsBase),
    ok: endedWell(code),
  }));
}

/** Packs which node it was, how often it was tried and how it ended into one number. */
export function traceCode(index: number, attempts: number, ok: boolean): number {
  return index * indexBase + Math.min(attempts, maxAttempts) * attemptsBase + (ok ? 1 : 0);
}

/** The index of the node that a code tells of. */
export function indexOf(code: number): number {
  return Math.floor(code / indexBase);
}

/** Whether the node that a code tells of ended well. */
export function endedWell(code: number): boolean {
  return code % attemptsBase === 1;
}
