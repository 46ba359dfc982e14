import { describe, expect, test } from "vitest";
import { KnownPaths } from "./known-paths.ts";
import { LiveRunRecord, type Route } from "./live-run-record.ts";
import { type Recorder, RecordedRun } from "./recorded-run.ts";
import type { ObservedNode } from "./run-observer.ts";
import { traceCode } from "./trace.ts";
import { Way } from "./way.ts";

/** A promise of a library's own kind, which answers twice. */
class TwicePromise extends Promise<string> {
  // oxlint-disable-next-line unicorn/no-thenable -- a promise whose `then` is its own is what this is about
  override then<A, B>(answer?: ((value: string) => A | PromiseLike<A>) | null): Promise<A | B> {
    const first = answer?.("sent");
    answer?.("sent again");
    return Promise.resolve(first as A);
  }
}

const nobody: Recorder = {
  recorded: () => undefined,
  repeat: () => undefined,
  wayOf: (_, path, nodes) => new Way(path, nodes),
};
const send = { id: "send", effects: true };
const node = (id: string): ObservedNode => ({ id, effects: false });

/** The record of a good run that came to the nodes of these indexes. */
function recordAlong(indexes: readonly number[]): LiveRunRecord {
  const route: Route = {
    liveId: "live",
    graphId: "g",
    versionId: "v",
    arm: "stable",
    planRevision: 0,
    candidateShare: 0,
    overridden: false,
    nodeIds: [],
    paths: new KnownPaths(),
  };
  const path = indexes.map((index) => traceCode(index, 1, true));
  const facts = { sequence: 0, key: undefined, startedAt: 0, reports: undefined };
  return new LiveRunRecord(route, facts, { durationMs: 1, error: undefined, path, times: 1 });
}

describe("a recorded run", () => {
  test("writes down one answer of the world, however often it comes", async () => {
    const run = new RecordedRun(nobody, undefined, undefined);
    const answer = run.perform({ node: send, inputs: "mail" }, () => new TwicePromise(() => undefined));
    expect(await answer).toBe("sent");
    run.landed(recordAlong([0]), "sent", [send]);
    expect(run.outputs).toEqual([{ nodeId: "send", effects: true, output: "sent", inputs: "mail" }]);
  });

  test("puts what the path does not tell of where it happened, and nothing in that comes after the end", async () => {
    const run = new RecordedRun(nobody, undefined, undefined);
    const nodes = [node("a"), send, node("b")];
    run.note(node("a"), 1, true);
    run.note(node("within"), 2, false);
    let answer = (): void => undefined;
    const world = new Promise((resolve) => (answer = () => resolve("too late")));
    const late = run.perform({ node: send, inputs: "late" }, () => world);
    run.perform({ node: send, inputs: "mail" }, () => "sent");
    run.note(node("b"), 3, true);
    run.landed(recordAlong([0, 1, 2]), 3, nodes);
    answer();
    expect(await late).toBe("too late");
    expect(run.outputs).toEqual([
      { nodeId: "a", effects: false, output: 1 },
      { nodeId: "within", effects: false, output: 2 },
      { nodeId: "send", effects: true, output: "sent", inputs: "mail" },
      { nodeId: "b", effects: false, output: 3 },
    ]);
  });

  test.each([
    { sent: "mail", alike: true },
    { sent: "other mail", alike: false },
  ])("is like one that sends the same, whatever the answer: $sent", ({ sent, alike }) => {
    const [one, other] = ["mail", sent].map((inputs) => {
      const run = new RecordedRun(nobody, undefined, undefined);
      run.perform({ node: send, inputs }, () => new Date(5));
      run.landed(recordAlong([0]), "done", [send]);
      return run;
    });
    expect(one?.equals(other as RecordedRun)).toBe(alike);
  });
});
