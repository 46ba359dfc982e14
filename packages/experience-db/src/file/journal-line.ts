import { hash } from "node:crypto";

/** The checksum before the first line. */
export const firstSum = "0".repeat(32);

/** Where a line stands in the journal. */
export interface LinePlace {
  /** Position of the change in the store's history, from 0 without gaps. */
  readonly sequence: number;
  /** Sequence of the first line that was flushed together with this one. */
  readonly first: number;
  /** Checksum of the line before. */
  readonly previous: string;
}

/** One line of the journal, as it was read. */
export interface JournalLine extends LinePlace {
  readonly sum: string;
  /** The change as JSON text. */
  readonly payload: string;
}

/**
 * Writes a line: JSON itself, with the length of the change in bytes, the checksum of the line before, and
 * its own, which covers that one too. So no line can be changed, dropped or inserted unseen.
 */
export function encodeLine(
  place: LinePlace,
  payload: string,
): { readonly text: string; readonly sum: string } {
  const { sequence, first, previous } = place;
  const sum = sumOf(place, payload);
  const length = Buffer.byteLength(payload);
  const text = `{"seq":${sequence},"first":${first},"len":${length},"prev":"${previous}","sum":"${sum}","change":${payload}}\n`;
  return { text, sum };
}

/** How every line begins. */
export const lineStart = '{"seq":';

const head =
  /^\{"seq":(\d{1,16}),"first":(\d{1,16}),"len":(\d{1,16}),"prev":"([0-9a-f]{32})","sum":"([0-9a-f]{32})","change":/;
const longestHead = 200;

/** A line that was found sound, and the byte after it, its line break included. */
export interface DecodedLine {
  readonly line: JournalLine;
  readonly end: number;
}

/** Reads the line at `at`, or says why there is none. Only its line break is not looked at. */
export function decodeLine(bytes: Buffer, at: number): DecodedLine | { readonly fault: string } {
  const match = head.exec(bytes.toString("latin1", at, at + longestHead));
  if (!match) return { fault: "it does not begin as a journal line" };
  const [start, sequence, first, length, previous = "", sum = ""] = match;
  const from = at + start.length;
  const until = from + Number(length);
  if (until >= bytes.length) return { fault: "it is cut off" };
  const line = {
    sequence: Number(sequence),
    first: Number(first),
    previous,
    sum,
    payload: bytes.toString("utf8", from, until),
  };
  const isSound = bytes[until] === closingBrace && sumOf(line, line.payload) === sum;
  return isSound ? { line, end: until + 2 } : { fault: "its checksum does not match" };
}

const closingBrace = 0x7d;

/** SHA-256, cut to 128 bits: enough that nobody finds another text for a checksum. */
function sumOf({ sequence, first, previous }: LinePlace, payload: string): string {
  return hash("sha256", `${previous} ${sequence} ${first} ${payload}`, "hex").slice(0, 32);
}
