import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stripTagsInOnePass, stripTagsOneByOne } from "./strip-tags.ts";

describe.each([
  ["stripTagsOneByOne", stripTagsOneByOne],
  ["stripTagsInOnePass", stripTagsInOnePass],
])("%s", (_name, stripTags) => {
  test("leaves a space for each tag", () => {
    expect(stripTags("<p>buy<b>now</b></p>")).toBe(" buy now  ");
  });

  test("leaves text without tags as it is", () => {
    expect(stripTags("a > b & c")).toBe("a > b & c");
  });

  test("cuts the text at a tag that is never closed", () => {
    expect(stripTags("buy <a href=x")).toBe("buy  ");
  });
});

test("both ways give the same text", () => {
  const html = fc
    .array(fc.constantFrom("<", ">", "a", " ", "<b>", "</b>", "<!-- x -->"))
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(html, (text) => stripTagsInOnePass(text) === stripTagsOneByOne(text)),
    { seed: 1, numRuns: 300 },
  );
});
