import type { NodeRun } from "./run-record.ts";

/*
 * The trace of a run is a flat list of numbers, two a node execution: a code (node index, attempts, success)
 * and the milliseconds it took. Numbers cost no allocation while the run is under way; the objects people
 * read are made when somebody asks for them.
 */

const attemptsBase = 2;
const indexBase = 2048;
const maxAttempts = indexBase / attemptsBase - 1;

/** Packs which node it was, how often it was tried and how it ended into one number. */
export function traceCode(index: number, attempts: number, ok: boolean): number {
  return index * indexBase + Math.min(attempts, maxAttempts) * attemptsBase + (ok ? 1 : 0);
}

/** The trace as objects, in the order of the nodes' ends. */
export function decodeTrace(trace: readonly number[], nodeIds: readonly string[]): readonly NodeRun[] {
  const runs: NodeRun[] = [];
  for (let at = 0; at + 1 < trace.length; at += 2) {
    const code = trace[at] as number;
    runs.push({
      nodeId: nodeIds[Math.floor(code / indexBase)] as string,
      durationMs: trace[at + 1] as number,
      attempts: Math.floor((code % indexBase) / attemptsBase),
      ok: code % attemptsBase === 1,
    });
  }
  return runs;
}
