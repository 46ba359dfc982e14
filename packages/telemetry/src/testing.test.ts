import { describe, expect, test } from "vitest";
import { makeRunRecord } from "./testing.ts";

describe("makeRunRecord", () => {
  test("makes a run that ended well, named by its sequence", () => {
    expect(makeRunRecord({ sequence: 7 })).toMatchObject({ runId: "run_7", ok: true, arm: "stable" });
    expect(makeRunRecord()).not.toHaveProperty("error");
  });

  test("gives a failed run an error, the caller's where there is one", () => {
    expect(makeRunRecord({ ok: false }).error).toBeDefined();
    const error = { type: "TypeError", message: "no" };
    expect(makeRunRecord({ ok: false, error }).error).toBe(error);
  });
});
