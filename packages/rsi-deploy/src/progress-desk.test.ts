import { ManualClock } from "@spark/graph/testing";
import { filter, firstValueFrom, map, type Observable, type Subscription } from "rxjs";
import { describe, expect, test } from "vitest";
import type { ProgressEvent } from "./progress.ts";
import { ProgressDesk } from "./progress-desk.ts";

const event: ProgressEvent = { type: "queued", deploymentId: "d1", at: 1, behind: "d0" };
const broken = (): never => {
  throw new Error("I broke");
};

const rejected = (): unknown => Promise.reject(new Error("I broke"));

/** Tells three events to a desk with an observer, and closes; gives what somebody else was told. */
async function toldBeside(observe: (progress$: Observable<ProgressEvent>) => unknown) {
  const clock = new ManualClock(5);
  const desk = new ProgressDesk({ hooks: [], clock });
  const told: ProgressEvent[] = [];
  observe(desk.progress$);
  desk.progress$.subscribe((one) => told.push(one));
  for (let time = 0; time < 3; time += 1) {
    desk.tell(event);
    await clock.advance(0);
  }
  desk.close();
  return told;
}

describe("an observer", () => {
  test.each<[string, (progress$: Observable<ProgressEvent>) => Subscription]>([
    ["throws", (progress$) => progress$.subscribe(broken)],
    ["rejects", (progress$) => progress$.subscribe(rejected)],
    ["is an object that throws", (progress$) => progress$.subscribe({ next: broken, complete: broken })],
    ["throws behind an operator", (progress$) => progress$.pipe(filter(() => true)).subscribe(broken)],
    ["has an operator that throws", (progress$) => progress$.pipe(map(broken)).subscribe()],
    ["throws at an error", (progress$) => progress$.pipe(map(broken)).subscribe({ error: broken })],
  ])("that %s is reported to the others once, and disturbs nothing", async (_, observe) => {
    const told = await toldBeside(observe);
    expect(told.filter(({ type }) => type === "queued")).toEqual([event, event, event]);
    expect(told.filter(({ type }) => type !== "queued")).toEqual([
      { type: "observer_failed", deploymentId: "d1", at: 5, reason: "I broke" },
    ]);
  });

  test("that throws goes on being told", async () => {
    const seen: string[] = [];
    await toldBeside((progress$) =>
      progress$.subscribe(({ type }) => {
        seen.push(type);
        broken();
      }),
    );
    expect(seen.sort()).toEqual(["observer_failed", "queued", "queued", "queued"]);
  });

  test("that handles its errors, leaves, or asks for one event only is served as by any observable", async () => {
    const errors: unknown[] = [];
    const seen: unknown[] = [];
    const told = await toldBeside((progress$) => {
      progress$.pipe(map(broken)).subscribe({ error: (error) => errors.push(error) });
      progress$.subscribe((one) => seen.push(one)).unsubscribe();
      void firstValueFrom(progress$.pipe(map(({ type }) => type))).then((type) => seen.push(type));
      progress$.subscribe({ complete: () => seen.push("complete") });
    });
    expect(errors).toEqual([new Error("I broke")]);
    expect(seen).toEqual(["queued", "complete"]);
    expect(told).toHaveLength(3);
  });
});

test("a failure that cannot be put into words disturbs nothing either", async () => {
  const told = await toldBeside((progress$) =>
    progress$.subscribe(() => {
      throw Object.create(null);
    }),
  );
  expect(told).toEqual([event, event, event]);
});
