import { decodeLine, type JournalLine, lineStart } from "./journal-line.ts";

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
export function scanJournal(bytes: Buffer, { from, start, take }: ScanOptions): JournalScan {
  let next = start;
  let end = from;
  while (end < bytes.length) {
    const decoded = decodeLine(bytes, end);
    const reason = "fault" in decoded ? decoded.fault : misplaced(decoded.line, next);
    if ("fault" in decoded || reason !== undefined) {
      return { next, end, rest: restAfter(bytes, end, { next, reason: reason ?? "" }) };
    }
    if (bytes[decoded.end - 1] !== lineBreak) {
      return { next, end, rest: restAfter(bytes, end, { next, reason: "its line break is missing" }) };
    }
    take(decoded.line, end);
    next = { sequence: next.sequence + 1, previous: decoded.line.sum };
    ({ end } = decoded);
  }
  return { next, end, rest: { kind: "none" } };
}

/** The lines that are sound by themselves, wherever they are and belong. */
export function* soundLines(bytes: Buffer, from: number): Generator<JournalLine, void, undefined> {
  let at = bytes.indexOf(lineStart, from);
  while (at >= 0) {
    const decoded = decodeLine(bytes, at);
    if (!("fault" in decoded)) yield decoded.line;
    at = bytes.indexOf(lineStart, "fault" in decoded ? at + 1 : decoded.end - 1);
  }
}

function misplaced(line: JournalLine, expected: JournalStart): string | undefined {
  if (line.sequence !== expected.sequence) {
    return `its sequence is ${line.sequence} where ${expected.sequence} is next`;
  }
  return line.previous === expected.previous ? undefined : "it does not follow the line before it";
}

/** What a later flush holds proves that this place was on the disk; so does what does not belong here at all. */
function restAfter(
  bytes: Buffer,
  end: number,
  { next, reason }: { readonly next: JournalStart; readonly reason: string },
): JournalScan["rest"] {
  const after = [...soundLines(bytes, end)];
  const isDamage = after.some(
    (line) =>
      line.first > next.sequence ||
      line.sequence < next.sequence ||
      (line.sequence === next.sequence && line.previous !== next.previous),
  );
  return isDamage ? { kind: "damaged", reason, soundAfter: after.length } : { kind: "torn", reason };
}
