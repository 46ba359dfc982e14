import * as fc from "fast-check";
import { expect, test } from "vitest";
import { encodeLine, firstSum } from "./journal-line.ts";
import { scanJournal } from "./journal-scan.ts";

const start = { sequence: 0, previous: firstSum };

/** A journal of flushes with so many lines each, and where each flush and each line ends. */
function journalOf(flushes: readonly number[]): {
  readonly bytes: Buffer;
  readonly flushEnds: readonly number[];
  readonly lineEnds: readonly number[];
} {
  let { sequence, previous } = start;
  let text = "";
  const flushEnds: number[] = [];
  const lineEnds: number[] = [];
  for (const lines of flushes) {
    const first = sequence;
    for (let n = 0; n < lines; n += 1) {
      const line = encodeLine({ sequence, first, previous }, JSON.stringify({ n: sequence, text: "ü{}\n" }));
      text += line.text;
      sequence += 1;
      previous = line.sum;
      lineEnds.push(Buffer.byteLength(text));
    }
    flushEnds.push(Buffer.byteLength(text));
  }
  return { bytes: Buffer.from(text), flushEnds, lineEnds };
}

function scan(bytes: Buffer): {
  readonly taken: readonly string[];
  readonly kind: string;
  readonly end: number;
} {
  const taken: string[] = [];
  const { rest, end } = scanJournal(bytes, { from: 0, start, take: ({ payload }) => taken.push(payload) });
  return { taken, kind: rest.kind, end };
}

const flushes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });
const share = fc.double({ min: 0, max: 0.999, noNaN: true });
const within = (from: number, until: number, share: number) => from + Math.floor(share * (until - from));

test("a whole journal is taken line by line", () => {
  fc.assert(
    fc.property(flushes, (sizes) => {
      const { bytes, lineEnds } = journalOf(sizes);
      expect(scan(bytes)).toMatchObject({ kind: "none", end: bytes.length });
      expect(scan(bytes).taken).toHaveLength(lineEnds.length);
    }),
    { seed: 1 },
  );
});

test("holes anywhere in the last flush are a torn tail, and all before it is kept", () => {
  fc.assert(
    fc.property(flushes, fc.tuple(share, share, share), (sizes, [a, b, c]) => {
      const { bytes, flushEnds, lineEnds } = journalOf(sizes);
      const acknowledged = flushEnds.at(-2) ?? 0;
      const from = within(acknowledged, bytes.length, a);
      bytes.fill(0, from, within(from, bytes.length, b) + 1);
      const cut = bytes.subarray(0, within(from, bytes.length, c) + 1);
      const found = scan(cut);
      expect(found.kind).toBe("torn");
      expect(found.end).toBeGreaterThanOrEqual(acknowledged);
      expect(found.taken).toHaveLength(lineEnds.filter((end) => end <= found.end).length);
    }),
    { seed: 2, numRuns: 500 },
  );
});

test("a changed byte before the last flush is damage, wherever it is", () => {
  fc.assert(
    fc.property(flushes, share, fc.integer({ min: 1, max: 255 }), (sizes, at, change) => {
      fc.pre(sizes.length > 1);
      const { bytes, flushEnds, lineEnds } = journalOf(sizes);
      const offset = within(0, flushEnds.at(-2) ?? 0, at);
      bytes[offset] = (bytes[offset] ?? 0) ^ change;
      const found = scan(bytes);
      expect(found.kind).toBe("damaged");
      expect(found.taken).toHaveLength(lineEnds.filter((end) => end <= offset).length);
    }),
    { seed: 3, numRuns: 500 },
  );
});
