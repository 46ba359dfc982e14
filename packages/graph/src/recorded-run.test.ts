import { describe, expect, test } from "vitest";
import { type Recorder, RecordedRun } from "./recorded-run.ts";
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

const nobody: Recorder = { recorded: () => undefined, repeat: () => undefined, likelyWay: () => new Way() };
const send = { id: "send", effects: true };

describe("a recorded run", () => {
  test("writes down one answer of the world, however often it comes", async () => {
    const run = new RecordedRun(nobody, undefined, undefined);
    const answer = run.perform({ node: send, inputs: "mail" }, () => new TwicePromise(() => undefined));
    expect(await answer).toBe("sent");
    expect(run.outputs).toEqual([{ nodeId: "send", effects: true, output: "sent", inputs: "mail" }]);
  });
});
