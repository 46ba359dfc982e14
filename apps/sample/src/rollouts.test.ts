import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Pace } from "./chapters.ts";
import { type Corpus, loadCorpus } from "./corpus.ts";
import { declarationFaults } from "./mime-faults.ts";
import { plots } from "./plots.ts";
import { plainPrinter } from "./printer.ts";
import { rolloutPace } from "./rollout-chapters.ts";
import { terminalLines } from "./show-terminal.ts";
import type { StoryEvent } from "./story-event.ts";
import { playStory } from "./story.ts";

/** Fewer mails to learn from, and the same share of malformed ones among fewer mails. */
function slice({ train, live, heldOut }: Corpus): Corpus {
  return {
    train: train.slice(0, 300),
    live: live.filter(({ text }, at) => at % 2 === 0 || declarationFaults(text).length > 0),
    heldOut: heldOut.slice(0, 50),
  };
}

const { deployments } = rolloutPace;
const pace: Pace = {
  ...rolloutPace,
  warmUpSeconds: 2,
  aftermathSeconds: 0.5,
  deployments: {
    ...deployments,
    canary: { ...deployments.canary, monitoringDurationSeconds: 1.5, monitoringIntervalSeconds: 0.5 },
    glance: { ...deployments.glance, monitoringIntervalSeconds: 0.5 },
    approved: { ...deployments.approved, monitoringIntervalSeconds: 0.5 },
  },
};

let corpus: Corpus;
let folder: string;
beforeAll(async () => {
  corpus = slice(loadCorpus());
  folder = await mkdtemp(join(tmpdir(), "spark-rollouts-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function play(name: string, onEvent: (event: StoryEvent, stop: AbortController) => void = () => {}) {
  const events: StoryEvent[] = [];
  const stop = new AbortController();
  const exitCode = playStory({
    plot: plots.rollouts,
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

describe("the rollouts", () => {
  test("end where each of them has to, and can prove it", { timeout: 120_000 }, async () => {
    const { events, exitCode } = play("whole");
    const code = await exitCode;
    expect(only(events, "ended")[0]?.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(code).toBe(0);

    const [promoted, stopped, shadowed, approved] = only(events, "deployed").map(({ result }) => result);
    expect(promoted?.verdicts.map(({ stage }) => stage.name)).toEqual(["10 %", "25 %", "50 %", "90 %"]);
    expect(stopped?.verdicts.map(({ stage, kind }) => [stage.name, kind])).toEqual([
      ["10 %", "healthy"],
      ["25 %", "breach"],
    ]);
    expect(shadowed?.verdicts).toHaveLength(1);
    const report = shadowed?.verdicts[0]?.shadow;
    expect(report?.firstDifferences[0]).toMatchObject({ nodeId: "parse" });
    expect(report?.pairs.candidate_error).toBe(report?.firstDifferences[0]?.pairs);
    expect(report?.disagreement.lower).toBeGreaterThan(0.01);
    expect(approved?.verdicts.map(({ stage }) => stage.name)).toEqual(["25 %", "go live?", "50 %"]);
    expect([promoted, stopped, shadowed, approved].map((result) => result?.recorded)).toEqual(
      Array(4).fill(true),
    );

    expect(only(events, "asked").map(({ by, asked, result }) => [by, asked, result.ok])).toEqual([
      ["ann", "pause", true],
      ["ann", "resume", true],
      ["bob", "promote 25 %", false],
      ["ann", "promote go live?", true],
    ]);

    let printed = "";
    const { print } = plainPrinter(
      { write: (text) => ((printed += String(text)), true) },
      { lines: terminalLines },
    );
    events.forEach(print);
    expect(printed.match(/✓ kept/g)).toHaveLength(2);
    expect(printed).toMatch(/first different at node parse: \d+/);
    expect(printed).toMatch(/✗ stopped before it served anybody/);
    expect(printed).toMatch(/paused by ann: I want to see \d+ runs myself/);
    expect(printed).toMatch(/stage go live\? passed by ann: \d+ runs, \d+ errors: may go live/);
    expect(printed).toMatch(/declined: bob wants to promote 25 %/);
  });

  test("interrupted in the first stage, put the baseline back", { timeout: 60_000 }, async () => {
    const { events, exitCode } = play("interrupted", (event, stop) => {
      if (event.type === "progress" && event.progress.type === "stage_entered") stop.abort("SIGINT");
    });
    expect(await exitCode).toBe(130);
    expect(only(events, "interrupted")).toMatchObject([{ reason: "SIGINT", live: "1.0.0" }]);
    expect(only(events, "ended")[0]?.checks.map(({ ok }) => ok)).toEqual([true, true]);
  });
});
