import { once } from "node:events";
import { GrowthBook } from "@growthbook/growthbook";
import { InMemoryProvider, OpenFeature } from "@openfeature/server-sdk";
import type { Meter } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { Counter, Histogram, Registry } from "prom-client";
import { InMemStorageProvider, Unleash } from "unleash-client";

/** Whether a user is in the tenth that gets the candidate. */
export type Flag = (key: string) => boolean | Promise<boolean>;

/** Takes note of one run. */
export type Metrics = (arm: string, seconds: number) => void;

/** What a program does without us: asks a flag, runs, and counts. Both versions are the same graph. */
export function flagged(
  flag: Flag,
  {
    metrics,
    run,
    key,
  }: { readonly metrics: Metrics; readonly run: () => Promise<unknown>; readonly key: () => string },
): () => Promise<unknown> {
  return async () => {
    const answer = flag(key());
    const arm = (typeof answer === "boolean" ? answer : await answer) ? "candidate" : "stable";
    const started = process.hrtime.bigint();
    const output = await run();
    metrics(arm, Number(process.hrtime.bigint() - started) / 1e9);
    return output;
  };
}

/** One client for all users, asked with each user's attributes. */
export function growthBook(): Promise<Flag> {
  const client = new GrowthBook({
    features: {
      candidate: { defaultValue: false, rules: [{ force: true, coverage: 0.1, hashAttribute: "id" }] },
    },
  });
  return dealsATenth("GrowthBook", (id) => {
    client.setAttributes({ id }).catch(() => undefined);
    return client.isOn("candidate");
  });
}

/** A client that has its toggles in memory and reports nothing. */
export async function unleash(): Promise<Flag> {
  const client = new Unleash({
    appName: "bench",
    url: "http://localhost:1/",
    refreshInterval: 0,
    disableMetrics: true,
    disableAutoStart: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: {
      data: [
        {
          name: "candidate",
          enabled: true,
          type: "release",
          project: "default",
          stale: false,
          impressionData: false,
          variants: [],
          strategies: [
            {
              name: "flexibleRollout",
              parameters: { rollout: "10", stickiness: "userId", groupId: "candidate" },
              constraints: [],
            },
          ],
        },
      ],
    },
  });
  client.on("error", () => undefined);
  client.on("warn", () => undefined);
  const ready = once(client, "ready");
  void client.start();
  await ready;
  return dealsATenth("Unleash", (userId) => client.isEnabled("candidate", { userId }));
}

export function promMetrics(): Metrics {
  const registers = [new Registry()];
  const runs = new Counter({ name: "runs", help: "runs", labelNames: ["arm", "ok"], registers });
  const latency = new Histogram({ name: "latency", help: "seconds", labelNames: ["arm"], registers });
  return (arm, seconds) => {
    runs.inc({ arm, ok: "true" });
    latency.observe({ arm }, seconds);
  };
}

/** OpenFeature with its in-memory provider, and OpenTelemetry's metrics. */
export async function openFeatureMetrics(rest: {
  readonly run: () => Promise<unknown>;
  readonly key: () => string;
}): Promise<Parameters<typeof flagged>> {
  await OpenFeature.setProviderAndWait(
    new InMemoryProvider({
      candidate: {
        disabled: false,
        variants: { on: true, off: false },
        defaultVariant: "off",
        contextEvaluator: ({ targetingKey = "" }) => (tenth(targetingKey) ? "on" : "off"),
      },
    }),
  );
  const client = OpenFeature.getClient();
  const meter = otelMeter();
  const runs = meter.createCounter("runs");
  const latency = meter.createHistogram("latency");
  const metrics: Metrics = (arm, seconds) => {
    runs.add(1, { arm, ok: true });
    latency.record(seconds, { arm });
  };
  const flag = await dealsATenth("OpenFeature", (targetingKey) =>
    client.getBooleanValue("candidate", false, { targetingKey }),
  );
  return [flag, { metrics, ...rest }];
}

/** A meter somebody reads, once an hour: without a reader nothing is counted. */
export function otelMeter(): Meter {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  return new MeterProvider({ readers: [reader] }).getMeter("bench");
}

/** A flag that does not deal out a tenth is not set up, and its speed means nothing. */
export async function dealsATenth(name: string, flag: Flag): Promise<Flag> {
  let dealt = 0;
  for (let at = 0; at < 2000; at += 1) dealt += (await flag(`user-${at}`)) ? 1 : 0;
  if (dealt < 140 || dealt > 260) throw new Error(`${name} gave the candidate to ${dealt} of 2000.`);
  return flag;
}

/** The in-memory provider leaves the choice to its user. */
function tenth(key: string): boolean {
  let hash = 7;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % 10 === 0;
}
