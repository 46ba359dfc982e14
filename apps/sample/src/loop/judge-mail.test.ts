import { describe, expect, test } from "vitest";
import { judgeBy } from "./judge-mail.ts";

const judge = judgeBy([
  { mailId: "ham/1", text: "Hello", isSpam: false },
  { mailId: "spam/1", text: "Buy", isSpam: true },
]);
const run = (mailId: string, decision: "ham" | "spam" | "review") => ({
  input: { mailId, text: "any" },
  output: { mailId, spamScore: 0.5, decision, folder: "review" },
});

describe("the score of a decision", () => {
  test("is 1 where the mail lies where people would have put it", () => {
    expect([judge(run("ham/1", "ham")), judge(run("spam/1", "spam"))]).toEqual([1, 1]);
  });

  test("is 0 where it lies elsewhere, or a person has to look", () => {
    expect([judge(run("ham/1", "spam")), judge(run("spam/1", "ham")), judge(run("ham/1", "review"))]).toEqual(
      [0, 0, 0],
    );
  });

  test("is refused for a mail that nobody has labelled", () => {
    expect(() => judge(run("ham/2", "ham"))).toThrow("expected a labelled mail, got ham/2");
  });
});
