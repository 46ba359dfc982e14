import * as fc from "fast-check";
import { expect, test } from "vitest";
import { collapseSpaceInOnePass, collapseSpaceOneByOne } from "./collapse-space.ts";

test.each([
  ["collapseSpaceOneByOne", collapseSpaceOneByOne],
  ["collapseSpaceInOnePass", collapseSpaceInOnePass],
])("%s leaves one space between words and none at the ends", (_name, collapseSpace) => {
  expect(collapseSpace(" a\r\n\r\n b\tc  d e ")).toBe("a b c d e");
});

test("both ways give the same text", () => {
  const text = fc.array(fc.constantFrom(" ", "\n", "\t", "\u00a0", "a", "b")).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (one) => collapseSpaceInOnePass(one) === collapseSpaceOneByOne(one)),
    { seed: 1, numRuns: 300 },
  );
});
