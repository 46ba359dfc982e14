import { SparkError } from "@spark/graph";
import { z } from "zod";

/** The traffic a rollout will have, and how it is simulated. */
export const TrafficForecast = z
  .strictObject({
    runsPerSecond: z.number().positive(),
    /** Another seed gives another simulation, the same seed the same plan. @default 1 */
    seed: z.int().nonnegative().default(1),
    /** Simulated deployments, from which the threshold rules' odds are taken. @default 400 */
    simulations: z.int().min(50).max(100_000).default(400),
  })
  .readonly();
export type TrafficForecast = z.infer<typeof TrafficForecast>;
export type TrafficForecastInput = z.input<typeof TrafficForecast>;

const seconds = z.number().positive();

/**
 * What the live version does. `Metrics` of it fit, their other fields are ignored. Without latencies the plan
 * says nothing of latency.
 */
export const BaselineForecast = z
  .object({
    errorRate: z.number().min(0).max(1),
    /** Runs that are going to be known at the start; the controller remembers up to 10,000. @default 0 */
    runs: z.int().nonnegative().default(0),
    p50Latency: seconds.exactOptional(),
    p95Latency: seconds.exactOptional(),
    /** Deviation of the latencies' logarithm, where it is known better than from p50 and p95. */
    latencySpread: z.number().positive().max(5).exactOptional(),
  })
  .superRefine(({ p50Latency: p50, p95Latency: p95, latencySpread }, context) => {
    if (p50 !== undefined && p95 !== undefined && latencySpread === undefined && p95 <= p50) {
      context.addIssue({
        code: "custom",
        path: ["p95Latency"],
        message: `expected more than p50Latency (${p50} s), got ${p95} s; or give latencySpread`,
        input: p95,
      });
    }
  })
  .readonly();
export type BaselineForecast = z.infer<typeof BaselineForecast>;
export type BaselineForecastInput = z.input<typeof BaselineForecast>;

/** Reads a forecast. Throws `invalid_input` that names every field. */
export function readForecast<Forecast>(schema: z.ZodType<Forecast>, what: string, input: unknown): Forecast {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".") || what}: ${message}`);
  throw new SparkError("invalid_input", `plan: ${what}: ${faults.join("; ")}`, { details: { faults } });
}
