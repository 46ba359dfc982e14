import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Corpus, loadCorpus } from "../corpus.ts";
import type { LoopEvent } from "./loop-event.ts";
import { type LoopPace, loopPace } from "./loop-pace.ts";
import { loopPrinter } from "./loop-printer.ts";
import { plantedProposal } from "./planted-proposal.ts";
import { playLoop } from "./play-loop.ts";

/** One short cycle, with tests too small to pass much. */
const pace: LoopPace = {
  ...loopPace,
  cycles: 1,
  trafficSeconds: 1,
  loop: {
    ...loopPace.loop,
    testing: { maxPairs: 60 },
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

describe("the loop in small", () => {
  test("looks at real runs, stops what was planted, and remembers everything it looked at", async () => {
    const { exitCode, events } = await play("whole");
    const ended = events.find((event) => event.type === "ended");
    const cycle = events.find((event) => event.type === "cycle_ended");
    const thought = events.find((event) => event.type === "thought");
    const remembered = events.find((event) => event.type === "remembered");
    const planted = cycle?.hypotheses.find(({ rationale }) => rationale === plantedProposal.rationale);

    expect(thought?.report.summary?.totalExecutions).toBeGreaterThan(20);
    expect(planted).toMatchObject({ status: "stopped", phase: "testing" });
    expect(ended?.checks[1]).toMatchObject({ ok: true });
    expect(exitCode).toBe(ended?.checks[0]?.ok === true ? 0 : 1);
    expect(remembered?.experiences.map(({ hypothesisId }) => hypothesisId).toSorted()).toEqual(
      cycle?.hypotheses.map(({ hypothesisId }) => hypothesisId).toSorted(),
    );

    const printed: string[] = [];
    const output = { write: (text: string) => printed.push(text) > 0, isTTY: false, columns: 80 };
    events.forEach(loopPrinter(output, { json: false, colors: false }));
    expect(printed.join("")).toContain("words.phraseWindow = 7");
    printed.length = 0;
    events.forEach(loopPrinter(output, { json: true, colors: false }));
    expect(printed.map((line) => (JSON.parse(line) as LoopEvent).type)).toEqual(
      events.map(({ type }) => type),
    );
  }, 60_000);

  test("ends in good order where it is interrupted in a cycle", async () => {
    const { exitCode, events } = await play("interrupted", ({ type }, stop) => {
      if (type === "thought") stop.abort("enough");
    });
    expect(exitCode).toBe(130);
    expect(events.map(({ type }) => type).slice(-3)).toEqual(["traffic_stopped", "interrupted", "ended"]);
    expect(events.find((event) => event.type === "interrupted")).toMatchObject({
      reason: "enough",
      live: "1.0.0",
    });
  }, 60_000);
});
