import { describe, expect, test } from "vitest";
import { nameText, valueText, valueTexts } from "./value-text.ts";

describe("a value", () => {
  test.each([
    [undefined, "nothing"],
    [null, "null"],
    [Number.NaN, "NaN"],
    ["a\u001b[31mb", String.raw`"a\u001b[31mb"`],
    ["a\u009b31mb\u202e", String.raw`"a\u009b31mb\u202e"`],
    [{ a: [1, "x"] }, '{"a":[1,"x"]}'],
  ])("%j is shown as %s", (value, text) => {
    expect(valueText(value)).toBe(text);
  });

  test("is cut to the limit", () => {
    expect(valueText("x".repeat(100), 10)).toBe('"xxxxxxxx…');
  });
});

describe("two values", () => {
  test("that are short are shown whole", () => {
    expect(valueTexts(1, undefined)).toEqual(["1", "nothing"]);
  });

  test("that begin alike are shown where they differ", () => {
    const prompt = "You are a careful assistant. ".repeat(10);
    const [before, after] = valueTexts(`${prompt}Be brief.`, `${prompt}Be exact.`, 40);
    expect(before).toContain("brief");
    expect(after).toContain("exact");
    expect(before.length).toBeLessThanOrEqual(40);
    expect(after.length).toBeLessThanOrEqual(40);
  });

  test("that differ at once are shown from the beginning", () => {
    expect(valueTexts("a".repeat(50), "b".repeat(50), 10)).toEqual(['"aaaaaaaa…', '"bbbbbbbb…']);
  });
});

test("a name that is not plain is quoted", () => {
  expect(nameText("node-1.a/b")).toBe("node-1.a/b");
  expect(nameText("two words")).toBe('"two words"');
});
