import { z } from "zod";

const fraction = z.number().min(0).max(1);
const seconds = z.number().nonnegative();
const count = z.int().nonnegative();

/** What the process used while it served the runs of a window. */
export const ResourceUsage = z
  .strictObject({
    /** CPU time of the process as a share of one core; 1.5 is one and a half cores busy. */
    cpu: z.number().nonnegative(),
    /** Resident memory in bytes at the end of the window. */
    memory: z.number().nonnegative(),
    /** 99th percentile of the event loop's delay, in seconds. */
    eventLoopDelay: seconds,
  })
  .readonly();
export type ResourceUsage = z.infer<typeof ResourceUsage>;

/**
 * What a set of runs showed. Rates are fractions from 0 to 1, latencies are seconds, throughput is runs per
 * second. Without runs the rates and latencies are 0 and say nothing: look at `runs` first.
 */
export const Metrics = z
  .strictObject({
    runs: count,
    errors: count,
    errorRate: fraction,
    successRate: fraction,
    /** Mean latency of all runs, failed ones included: a candidate that fails fast must not look fast. */
    avgLatency: seconds,
    p50Latency: seconds,
    p95Latency: seconds,
    p99Latency: seconds,
    throughput: z.number().nonnegative(),
    /** Failures in a row up to the last run. */
    consecutiveFailures: count,
    /** Seconds the runs were collected over. */
    windowSeconds: seconds,
    /** Mean reported cost a run, over the runs that reported one. */
    cost: z.number().exactOptional(),
    /** Mean reported tokens a run, over the runs that reported some. */
    tokens: z.number().exactOptional(),
    /** Mean reported quality, 0 to 1, over the runs that reported one. */
    quality: fraction.exactOptional(),
    resources: ResourceUsage.exactOptional(),
  })
  .readonly();
export type Metrics = z.infer<typeof Metrics>;
