import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Corpus, loadCorpus } from "../corpus.ts";
import { jsonPrinter, plainPrinter } from "../printer.ts";
import type { LoopEvent } from "./loop-event.ts";
import { type LoopPace, loopPace } from "./loop-pace.ts";
import { hidesWork, readsPhrases } from "./plants.ts";
import { playLoop } from "./play-loop.ts";
import { loopTelling } from "./show-loop.ts";

/** One short cycle, with tests too small to pass much. */
const pace: LoopPace = {
  ...loopPace,
  cycles: loopPace.cycles.slice(0, 1),
  runsToAnalyze: 60,
  loop: {
    ...loopPace.loop,
    testing: { ...loopPace.loop.testing, minPairs: 20, maxPairs: 60 },
    deployment: { ...loopPace.loop.deployment, monitoringDurationSeconds: 1, monitoringIntervalSeconds: 0.5 },
  },
};

let corpus: Corpus;
let folder: string;
beforeAll(async () => {
  const { train, live, heldOut } = loadCorpus();
  corpus = { train: train.slice(0, 300), live: live.slice(0, 400), heldOut: heldOut.slice(0, 60) };
  folder = await mkdtemp(join(tmpdir(), "spark-loop-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function play(name: string, onEvent: (event: LoopEvent, stop: AbortController) => void = () => {}) {
  const stop = new AbortController();
  const events: LoopEvent[] = [];
  const exitCode = await playLoop({
    seed: 1,
    pace,
    signal: stop.signal,
    databaseFolder: join(folder, name),
    readCorpus: () => corpus,
    tell: (event) => {
      events.push(event);
      onEvent(event, stop);
    },
  });
  return { exitCode, events };
}

function eventOf<Type extends LoopEvent["type"]>(events: readonly LoopEvent[], type: Type) {
  return events.find((event): event is Extract<LoopEvent, { readonly type: Type }> => event.type === type);
}

describe("the loop in small", () => {
  test("looks at real runs, stops what was planted, and remembers everything it looked at", async () => {
    const { exitCode, events } = await play("whole");
    const ended = eventOf(events, "ended");
    const cycle = eventOf(events, "cycle_ended");
    const thought = eventOf(events, "thought");
    const outcomeOf = ({ rationale }: { readonly rationale: string }) =>
      cycle?.hypotheses.find((hypothesis) => hypothesis.rationale === rationale);

    expect(thought?.report.summary?.totalExecutions).toBeGreaterThanOrEqual(60);
    expect(outcomeOf(hidesWork.proposal)).toMatchObject({ status: "stopped", phase: "validation" });
    expect(outcomeOf(readsPhrases.proposal)).toMatchObject({ status: "stopped", phase: "testing" });
    expect(ended?.checks.map(({ ok }) => ok).slice(1, 3)).toEqual([true, true]);
    expect(exitCode).toBe(ended?.checks.every(({ ok }) => ok) === true ? 0 : 1);
    expect(
      eventOf(events, "remembered")
        ?.experiences.map(({ hypothesisId }) => hypothesisId)
        .toSorted(),
    ).toEqual(cycle?.hypotheses.map(({ hypothesisId }) => hypothesisId).toSorted());

    const lines: string[] = [];
    const output = { write: (text: string) => lines.push(text) > 0 };
    const { print } = plainPrinter(output, loopTelling());
    for (const event of events) print(event);
    expect(lines.join("")).toContain("#2 words.phraseWindow = 7, planted");
    expect(lines.join("")).toMatch(/#1 .*node "review" is protected/);
    expect(lines.join("")).toMatch(/sorted rightly .*\d %/);
    lines.length = 0;
    for (const event of events) jsonPrinter(output).print(event);
    expect(lines.map((line) => (JSON.parse(line) as LoopEvent).type)).toEqual(events.map(({ type }) => type));
  }, 60_000);

  test("ends in good order where it is interrupted in a cycle", async () => {
    const { exitCode, events } = await play("interrupted", ({ type }, stop) => {
      if (type === "thought") stop.abort("enough");
    });
    expect(exitCode).toBe(130);
    expect(events.map(({ type }) => type).slice(-3)).toEqual(["traffic_stopped", "interrupted", "ended"]);
    expect(eventOf(events, "interrupted")).toMatchObject({ reason: "enough", live: "1.0.0" });
  }, 60_000);
});
