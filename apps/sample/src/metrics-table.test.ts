import { summarize } from "@spark/telemetry";
import { makeRunRecord } from "@spark/telemetry/testing";
import { expect, test } from "vitest";
import { metricsTable } from "./metrics-table.ts";

test("sets versions side by side, in columns, and a dash where nothing was seen", () => {
  const runs = [makeRunRecord({ durationMs: 10 }), makeRunRecord({ durationMs: 30, ok: false })];
  const metrics = { ...summarize(runs, 1), p50Latency: 0.01, p95Latency: 0.03, p99Latency: 0.03 };
  expect(
    metricsTable([
      { name: "1.0.0", metrics: undefined },
      { name: "1.1.0", metrics },
    ]),
  ).toEqual([
    "       runs  errors     mean   median      p95      p99  runs/s",
    "1.0.0     –       –        –        –        –        –       –",
    "1.1.0     2  50.0 %  20.0 ms  10.0 ms  30.0 ms  30.0 ms       2",
  ]);
});
