import { decodeLine, type JournalLine } from "./journal-line.ts";

/** Where in the store's history a journal begins. */
export interface JournalStart {
  readonly sequence: number;
  /** Checksum of the line before. */
  readonly previous: string;
}

/** The sound beginning of a journal, and what follows it. */
export interface JournalScan {
  /** Where the history goes on after the sound beginning. */
  readonly next: JournalStart;
  /** Bytes of the sound beginning. */
  readonly end: number;
  /** What follows: nothing; a torn tail, which was never acknowledged; or damage to what was. */
  readonly rest:
    | { readonly kind: "none" }
    | { readonly kind: "torn"; readonly reason: string }
    | { readonly kind: "damaged"; readonly reason: string; readonly soundAfter: number };
}

/** From which byte to read, where the history is there, and what to do with each sound line. */
export interface ScanOptions {
  readonly from: number;
  readonly start: JournalStart;
  take(line: JournalLine, offset: number): void;
}

const lineBreak = 0x0a;

/**
 * Goes through a journal's lines and hands over each sound one.
 *
 * A line that is not sound is the torn end of the last flush, unless a sound line of a later flush follows
 * it: a flush begins only after the one before is on the disk.
 */
export function scanJournal(bytes: Uint8Array, { from, start, take }: ScanOptions): JournalScan {
  let next = start;
  let end = from;
  while (end < bytes.length) {
    const until = bytes.indexOf(lineBreak, end);
    const line = until < 0 ? { fault: "it is cut off" } : decodeLine(bytes.subarray(end, until));
    const reason = "fault" in line ? line.fault : misplaced(line, next);
    if ("fault" in line || reason !== undefined) {
      return { next, end, rest: restAfter(bytes, end, { sequence: next.sequence, reason: reason ?? "" }) };
    }
    take(line, end);
    next = { sequence: next.sequence + 1, previous: line.sum };
    end = until + 1;
  }
  return { next, end, rest: { kind: "none" } };
}

/** The lines that are sound by themselves, wherever they belong. */
export function* soundLines(bytes: Uint8Array, from: number): Generator<JournalLine, void, undefined> {
  for (let at = from, until = 0; (until = bytes.indexOf(lineBreak, at)) >= 0; at = until + 1) {
    const line = decodeLine(bytes.subarray(at, until));
    if (!("fault" in line)) yield line;
  }
}

function misplaced(line: JournalLine, expected: JournalStart): string | undefined {
  if (line.sequence !== expected.sequence) {
    return `its sequence is ${line.sequence} where ${expected.sequence} is next`;
  }
  return line.previous === expected.previous ? undefined : "it does not follow the line before it";
}

function restAfter(
  bytes: Uint8Array,
  end: number,
  { sequence, reason }: { readonly sequence: number; readonly reason: string },
): JournalScan["rest"] {
  const after = [...soundLines(bytes, end)];
  const acknowledged = after.some((line) => line.first > sequence || line.sequence <= sequence);
  return acknowledged ? { kind: "damaged", reason, soundAfter: after.length } : { kind: "torn", reason };
}
