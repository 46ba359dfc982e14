import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Pace, storyPace } from "./chapters.ts";
import { type Corpus, loadCorpus } from "./corpus.ts";
import { mimeFaults } from "./mime-faults.ts";
import { plainPrinter } from "./printer.ts";
import { jsonLine } from "./show-json.ts";
import { terminalLines } from "./show-terminal.ts";
import type { StoryEvent } from "./story-event.ts";
import { playStory } from "./story.ts";

/** The story in small: fewer mails to learn from, and more of the malformed ones, so that less time shows more. */
function slice({ train, live, heldOut }: Corpus): Corpus {
  return {
    train: train.slice(0, 300),
    live: live.filter(({ text }, at) => at < 600 || mimeFaults(text).length > 0),
    heldOut: heldOut.slice(0, 100),
  };
}

const pace: Pace = {
  ...storyPace,
  warmUpSeconds: 3,
  aftermathSeconds: 0.5,
  deployments: {
    direct: { ...storyPace.deployments.direct, monitoringDurationSeconds: 2, monitoringIntervalSeconds: 0.5 },
    canary: { ...storyPace.deployments.canary, monitoringDurationSeconds: 2, monitoringIntervalSeconds: 0.5 },
  },
};

let corpus: Corpus;
let folder: string;
beforeAll(async () => {
  corpus = slice(loadCorpus());
  folder = await mkdtemp(join(tmpdir(), "spark-story-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function play(name: string, onEvent: (event: StoryEvent, stop: AbortController) => void = () => {}) {
  const events: StoryEvent[] = [];
  const stop = new AbortController();
  const exitCode = playStory({
    seed: 1,
    signal: stop.signal,
    databaseFolder: join(folder, name),
    pace,
    readCorpus: () => corpus,
    tell: (event) => {
      events.push(event);
      onEvent(event, stop);
    },
  });
  return { events, exitCode };
}

function only<Type extends StoryEvent["type"]>(events: readonly StoryEvent[], type: Type) {
  return events.filter((event): event is Extract<StoryEvent, { readonly type: Type }> => event.type === type);
}

describe("the story", () => {
  test("keeps the good change, takes the bad ones back, and can prove it", { timeout: 90_000 }, async () => {
    const { events, exitCode } = play("whole");
    const code = await exitCode;
    expect(only(events, "ended")[0]?.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(code).toBe(0);
    expect(only(events, "deployed").map(({ result }) => result.status)).toEqual([
      "completed",
      "rolled_back",
      "rolled_back",
    ]);
    expect(only(events, "deployed").map(({ live }) => live)).toEqual(["1.1.0", "1.1.0", "1.1.0"]);
    for (const { runsSince, onCandidateSince } of only(events, "taken_back")) {
      expect(runsSince).toBeGreaterThan(0);
      expect(onCandidateSince).toBe(0);
    }
    expect(only(events, "measured").map(({ when, label }) => [when, label])).toEqual([
      ["before", "1.0.0"],
      ["after", "1.1.0"],
    ]);
    expect(only(events, "remembered")[0]?.experiences.map(({ hypothesisId }) => hypothesisId)).toEqual([
      "hyp-read-less",
      "hyp-parse-strictly",
      "hyp-read-phrases",
    ]);

    const lines = events.map(jsonLine);
    expect(lines.every((line) => !line.includes("\n"))).toBe(true);
    expect(lines.map((line) => (JSON.parse(line) as StoryEvent).type)).toEqual(
      events.map(({ type }) => type),
    );

    let printed = "";
    const { print } = plainPrinter(
      { write: (text) => ((printed += String(text)), true) },
      { lines: terminalLines },
    );
    events.forEach(print);
    // oxlint-disable-next-line no-control-regex
    expect(printed).not.toMatch(/\u001B/);
    expect(printed.match(/✓ kept/g)).toHaveLength(1);
    expect(printed.match(/✗ taken back/g)).toHaveLength(2);
    expect(printed).toMatch(/node parse config\.strictness: "standard" → "strict"/);
  });

  test(
    "interrupted while it watches, puts the baseline back and ends in good order",
    { timeout: 60_000 },
    async () => {
      const { events, exitCode } = play("interrupted", (event, stop) => {
        if (event.type === "progress" && event.progress.type === "checked") stop.abort("SIGINT");
      });
      expect(await exitCode).toBe(130);
      expect(only(events, "deployed").map(({ result }) => result.status)).toEqual(["aborted"]);
      expect(only(events, "interrupted")).toMatchObject([{ reason: "SIGINT", live: "1.0.0" }]);
      expect(only(events, "ended")[0]?.checks.map(({ ok }) => ok)).toEqual([true, true]);
      expect(events.at(-1)?.type).toBe("ended");
    },
  );

  test("interrupted before anything serves, stops at once", async () => {
    const { events, exitCode } = play("early", (event, stop) => {
      if (event.type === "training") stop.abort("SIGTERM");
    });
    expect(await exitCode).toBe(130);
    expect(events.map(({ type }) => type)).toEqual(["loading_corpus", "training", "interrupted", "ended"]);
  });
});
