import { describe, expect, test } from "vitest";
import { ManualClock } from "@spark/graph/testing";
import { accuracyOf, measureTriage, shareOf } from "./accuracy.ts";

describe("shareOf", () => {
  // Reference values of R's prop.test(x, n, correct = FALSE).
  test.each([
    [8, 10, [0.4901625, 0.9433178]],
    [0, 20, [0, 0.1611252]],
    [20, 20, [0.8388748, 1]],
    [50, 100, [0.4038315, 0.5961685]],
  ] as const)("gives Wilson's interval of %s in %s", (count, of, [low, high]) => {
    const { interval } = shareOf(count, of);
    expect(interval[0]).toBeCloseTo(low, 6);
    expect(interval[1]).toBeCloseTo(high, 6);
  });

  test("says that nothing is known of nothing", () => {
    expect(shareOf(0, 0)).toEqual({ count: 0, of: 0, share: 0, interval: [0, 1] });
  });
});

test("accuracyOf keeps failures, reviews and mistakes apart", () => {
  const accuracy = accuracyOf({
    ham: { ham: 60, spam: 2, review: 5, failed: 3 },
    spam: { ham: 4, spam: 20, review: 5, failed: 1 },
  });
  const shares = Object.entries(accuracy).flatMap(([name, share]) =>
    "count" in share ? [[name, share.count, share.of]] : [],
  );
  expect(shares).toEqual([
    ["correct", 80, 100],
    ["decidedRightly", 80, 86],
    ["review", 10, 100],
    ["failed", 4, 100],
    ["hamLost", 2, 70],
  ]);
});

describe("measureTriage", () => {
  const mails = ["ham", "spam", "review", "broken"].flatMap((text) =>
    [true, false].map((isSpam) => ({ mailId: `${text}-${isSpam}`, text, isSpam })),
  );

  test("compares each result with the label, and times it", async () => {
    const clock = new ManualClock();
    const target = {
      run: async ({ mailId, text }: { mailId: string; text: string }) => {
        await clock.advance(text === "spam" ? 30 : 10);
        if (text === "broken") throw new Error("broken");
        return { mailId, spamScore: 0.5, decision: text, folder: "inbox" };
      },
    };
    const { confusion, meanMs, p95Ms } = await measureTriage({ target, mails, clock });
    const each = { ham: 1, spam: 1, review: 1, failed: 1 };
    expect(confusion).toEqual({ ham: each, spam: each });
    expect([meanMs, p95Ms]).toEqual([15, 30]);
  });

  test("refuses a target that does not triage mails", async () => {
    await expect(measureTriage({ target: { run: async () => "ok" }, mails })).rejects.toThrow();
  });
});
