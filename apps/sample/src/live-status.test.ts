import pc from "picocolors";
import { describe, expect, test } from "vitest";
import type { Style } from "./labelled-lines.ts";
import { nothingUnderWay, statusLines, withEvent } from "./live-status.ts";
import type { StoryEvent } from "./story-event.ts";

const style: Style = { colors: pc.createColors(false), live: true, width: 80 };
const shown = (...events: readonly StoryEvent[]): readonly string[] =>
  statusLines(events.reduce(withEvent, nothingUnderWay), style);

const traffic: StoryEvent = {
  type: "traffic",
  at: 5_500,
  sent: 1_000,
  succeeded: 980,
  failed: 20,
  perSecond: 199.6,
  live: "1.1.0",
};
const entered: StoryEvent = {
  type: "progress",
  at: 1_000,
  progress: {
    type: "stage_entered",
    deploymentId: "d",
    at: 1_000,
    deadlineAt: 13_000,
    stage: { index: 0, name: "100 %" },
    plan: { kind: "all", version: "v" },
  },
};

describe("the status", () => {
  test("shows how far work is, and goes when it is done", () => {
    expect(shown({ type: "training", at: 0, done: 50, of: 200 })).toEqual([
      "  █████░░░░░░░░░░░░░░░ training 50 of 200",
    ]);
    expect(shown({ type: "training", at: 0, done: 200, of: 200 })).toEqual([]);
  });

  test("shows the stage with its time, and the traffic", () => {
    expect(shown(entered, traffic)).toEqual([
      "  ████████░░░░░░░░░░░░ watching at 100 %, 5 of 12 s",
      "  1,000 mails, 200 a second, 2.0 % errors, served by 1.1.0",
    ]);
  });

  test("says who has paused a stage, and does not count the pause as watching", () => {
    const stage = { index: 0, name: "100 %" };
    const by = (type: "paused" | "resumed", at: number): StoryEvent => ({
      type: "progress",
      at,
      progress: { type, deploymentId: "d", at, stage, by: "ann" },
    });
    expect(shown(entered, by("paused", 3_000))).toEqual(["  paused by ann, watching on at 100 %"]);
    expect(shown(entered, by("paused", 3_000), by("resumed", 103_000))).toEqual([
      "  ███░░░░░░░░░░░░░░░░░ watching at 100 %, 2 of 12 s",
    ]);
  });

  test("is empty when the traffic has stopped", () => {
    expect(shown(traffic, { type: "traffic_stopped", at: 6_000, sent: 1, succeeded: 1, failed: 0 })).toEqual(
      [],
    );
  });

  test("has no line longer than the terminal", () => {
    const narrow = statusLines([entered, traffic].reduce(withEvent, nothingUnderWay), {
      ...style,
      width: 40,
    });
    expect(narrow.map((line) => line.length)).toEqual([40, 40]);
  });
});
