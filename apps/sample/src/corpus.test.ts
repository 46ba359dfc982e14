import { describe, expect, test } from "vitest";
import { loadCorpus, partOf } from "./corpus.ts";

describe("loadCorpus", () => {
  const { train, live, heldOut } = loadCorpus();

  test("puts each of the 6,046 mails into exactly one part", () => {
    const ids = [...train, ...live, ...heldOut].map(({ mailId }) => mailId);
    expect(ids).toHaveLength(6_046);
    expect(new Set(ids).size).toBe(6_046);
  });

  test("splits 30 to 50 to 20", () => {
    expect([train.length, live.length, heldOut.length]).toEqual([1_772, 3_044, 1_230]);
  });

  test("has about a third of spam in each part, and in the first hundred mails of each", () => {
    for (const part of [train, live, heldOut, train.slice(0, 100), heldOut.slice(0, 100)]) {
      const spam = part.filter(({ isSpam }) => isSpam).length / part.length;
      expect(spam).toBeGreaterThan(0.2);
      expect(spam).toBeLessThan(0.4);
    }
  });

  test("gives the same mails when it is asked again", () => {
    expect(loadCorpus().live).toBe(live);
  });
});

describe("partOf", () => {
  test.each([
    ["00000000", "train"],
    ["4ccccccc", "train"],
    ["4ccccccd", "live"],
    ["cccccccc", "live"],
    ["cccccccd", "heldOut"],
    ["ffffffff", "heldOut"],
  ])("puts a mail whose checksum begins with %s into %s", (checksum, part) => {
    expect(partOf(`${checksum}000000000000000000000000`)).toBe(part);
  });
});
