import { describe, expect, test } from "vitest";
import { WordFeaturesConfig, wordFeatures } from "./word-features.ts";

const features = (body: string, settings: Partial<WordFeaturesConfig>) => {
  const mail = { mailId: "m", subject: "", from: "", body, links: [] };
  return wordFeatures(mail, WordFeaturesConfig.parse(settings)).features;
};

describe("wordFeatures", () => {
  test("gives the words in lower case with a window of one", () => {
    expect(features("Buy NOW, don't wait", { phraseWindow: 1 })).toEqual(["buy", "now", "don't", "wait"]);
  });

  test("adds pairs with a window of two", () => {
    expect(features("one two three", { phraseWindow: 2 })).toEqual([
      "one",
      "two",
      "one two",
      "three",
      "two three",
    ]);
  });

  test("adds every choice of earlier words with a window of three", () => {
    expect(features("one two three", { phraseWindow: 3 }).slice(3)).toEqual([
      "three",
      "two three",
      "one three",
      "one two three",
    ]);
  });

  test("doubles its features with each step of the window", () => {
    const text = Array.from({ length: 1_000 }, (_, at) => `word${at}`).join(" ");
    const counts = [1, 2, 3, 4, 5, 6].map((phraseWindow) => features(text, { phraseWindow }).length / 1_000);
    expect(counts.map(Math.round)).toEqual([1, 2, 4, 8, 16, 32]);
  });

  test("passes over short words, and does not count them", () => {
    expect(features("to be or not to be free", { phraseWindow: 1, tokenLimit: 10 })).toEqual(["not", "free"]);
  });

  test("stops at the limit", () => {
    expect(features("word ".repeat(50), { phraseWindow: 1, tokenLimit: 10 })).toHaveLength(10);
  });

  test("cuts overlong words into pieces", () => {
    expect(features("x".repeat(30), { phraseWindow: 1 })).toEqual(["x".repeat(24), "x".repeat(6)]);
  });
});
