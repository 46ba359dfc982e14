import { describe, expect, test } from "vitest";
import { systemClock } from "./clock.ts";

describe("the system's clock", () => {
  test("calls back in the next turn of the event loop what is due at once, unless it is taken back", async () => {
    const called: string[] = [];
    systemClock.schedule(0, () => called.push("due"), { background: true });
    systemClock.schedule(0, () => called.push("taken back"))();
    await Promise.resolve();
    expect(called).toEqual([]);
    await systemClock.sleep(0);
    expect(called).toEqual(["due"]);
  });
});
