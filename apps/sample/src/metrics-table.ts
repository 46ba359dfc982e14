import type { Metrics } from "@spark/telemetry";
import { count, duration, percent } from "./quantities.ts";

const columns: readonly (readonly [title: string, cell: (metrics: Metrics) => string])[] = [
  ["runs", ({ runs }) => count(runs)],
  ["errors", ({ errorRate }) => percent(errorRate)],
  ["mean", ({ avgLatency }) => duration(avgLatency)],
  ["median", ({ p50Latency }) => duration(p50Latency)],
  ["p95", ({ p95Latency }) => duration(p95Latency)],
  ["p99", ({ p99Latency }) => duration(p99Latency)],
  ["runs/s", ({ throughput }) => throughput.toFixed(0)],
];

/** Versions side by side, a line each, below a line of titles. Names stand left, numbers right. */
export function metricsTable(
  rows: readonly { readonly name: string; readonly metrics: Metrics | undefined }[],
): readonly string[] {
  const cells = [
    ["", ...columns.map(([title]) => title)],
    ...rows.map(({ name, metrics }) => [
      name,
      ...columns.map(([, cell]) => (metrics === undefined ? "–" : cell(metrics))),
    ]),
  ];
  const widths = cells[0]?.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0))) ?? [];
  return cells.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
