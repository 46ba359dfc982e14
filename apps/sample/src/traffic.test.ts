import { seededRandom } from "@spark/graph";
import { ManualClock } from "@spark/graph/testing";
import { describe, expect, test } from "vitest";
import type { LabelledMail } from "./corpus.ts";
import { type TrafficOptions, sendTraffic } from "./traffic.ts";

const mails: readonly LabelledMail[] = Array.from({ length: 10 }, (_, at) => ({
  mailId: `m${at}`,
  text: `text ${at}`,
  isSpam: false,
}));

/** Traffic on a clock of its own, with a target that takes `workMs` and fails on the mail `m3`. */
function trial(options: Partial<TrafficOptions> & { readonly workMs?: number } = {}) {
  const clock = new ManualClock();
  const stop = new AbortController();
  const sent: string[] = [];
  let running = 0;
  let mostRunning = 0;
  const target = {
    run: async ({ mailId }: { mailId: string }, { key }: { key: string }) => {
      sent.push(key);
      mostRunning = Math.max(mostRunning, (running += 1));
      await clock.sleep(options.workMs ?? 1);
      running -= 1;
      if (mailId === "m3") throw new Error("m3 never works");
      return mailId;
    },
  };
  const stats = sendTraffic({
    target,
    mails,
    random: seededRandom(1),
    clock,
    ratePerSecond: 100,
    signal: stop.signal,
    ...options,
  });
  return { clock, stop, stats, sent, mostRunning: () => mostRunning, running: () => running };
}

describe("sendTraffic", () => {
  test("sends at the rate it is told, in bursts and pauses", async () => {
    const { clock, stop, stats, sent } = trial();
    await clock.advance(60_000);
    stop.abort();
    await clock.advance(10);
    // 6,000 expected; the standard deviation of a Poisson count is 77.
    expect(Math.abs((await stats).sent - 6_000)).toBeLessThan(4 * 77);
    expect(sent).toHaveLength((await stats).sent);
  });

  test("counts each run once, failed ones too, and tells of each", async () => {
    const results: boolean[] = [];
    const { clock, stop, stats } = trial({ onResult: ({ ok }) => results.push(ok) });
    await clock.advance(5_000);
    stop.abort();
    await clock.advance(10);
    const { sent, succeeded, failed } = await stats;
    expect(sent).toBe(succeeded + failed);
    expect(results.filter(Boolean)).toHaveLength(succeeded);
    expect(results.filter((ok) => !ok)).toHaveLength(failed);
    expect(failed).toBeGreaterThan(30);
  });

  test("sends every mail once before any mail comes again", async () => {
    const { clock, stop, stats, sent } = trial();
    await clock.advance(1_000);
    stop.abort();
    await clock.advance(10);
    await stats;
    expect(sent.slice(0, 10).toSorted()).toEqual(mails.map(({ mailId }) => mailId));
    expect(sent.slice(10, 20).toSorted()).toEqual(mails.map(({ mailId }) => mailId));
    expect(sent.slice(10, 20)).not.toEqual(sent.slice(0, 10));
  });

  test("sends to as many readers as it is told, each time to one of them", async () => {
    const { clock, stop, stats, sent } = trial({ readers: 5 });
    await clock.advance(2_000);
    stop.abort();
    await clock.advance(10);
    await stats;
    expect([...new Set(sent)].toSorted()).toEqual([0, 1, 2, 3, 4].map((reader) => `reader-${reader}`));
  });

  test("sends the same again with the same seed", async () => {
    const orders = [1, 2].map(async () => {
      const { clock, stop, stats, sent } = trial();
      await clock.advance(500);
      stop.abort();
      await clock.advance(10);
      await stats;
      return sent;
    });
    const [first, second] = await Promise.all(orders);
    expect(first?.length).toBeGreaterThan(20);
    expect(first).toEqual(second);
  });

  test("has no more mails under way than it may", async () => {
    const { clock, stop, stats, mostRunning } = trial({ workMs: 200, maxInFlight: 3 });
    await clock.advance(5_000);
    stop.abort();
    await clock.advance(200);
    await stats;
    expect(mostRunning()).toBe(3);
  });

  test("sends nothing after the signal, and ends when the last run has", async () => {
    const { clock, stop, stats, sent, running } = trial({ workMs: 300, ratePerSecond: 20 });
    await clock.advance(2_000);
    expect(running()).toBeGreaterThan(0);
    stop.abort();
    const atStop = sent.length;
    await clock.advance(1_000);
    expect(await stats).toMatchObject({ sent: atStop });
    expect(running()).toBe(0);
  });

  test("sends nothing at all when the signal has aborted before", async () => {
    expect(await trial({ signal: AbortSignal.abort() }).stats).toEqual({ sent: 0, succeeded: 0, failed: 0 });
  });

  test.each([
    ["ratePerSecond", { ratePerSecond: 0 }],
    ["ratePerSecond", { ratePerSecond: Number.NaN }],
    ["maxInFlight", { maxInFlight: -1 }],
    ["mails.length", { mails: [] }],
    ["readers", { readers: 0 }],
  ])("refuses a %s that is not above 0", async (name, options) => {
    await expect(trial(options).stats).rejects.toThrow(`${name}: expected a number above 0`);
  });
});
