import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Clock, systemClock } from "@spark/graph";
import type { ResourceUsage } from "./metrics.ts";

/** Reads what the process uses. Metering goes on in the background until `close`. */
export interface ResourceMeter {
  /** Usage since the last `read`, at first since the meter was opened. */
  read(): ResourceUsage;
  /** Usage since the meter was opened. */
  total(): ResourceUsage;
  close(): void;
}

/** Where a meter takes its numbers from; the process itself, unless a test brings its own. */
export interface ResourceProbe {
  /** CPU time used so far by all threads of the process, in seconds. */
  cpuSeconds(): number;
  /** Resident memory, in bytes. */
  memoryBytes(): number;
  /** Starts to watch the event loop. */
  watchEventLoop(): EventLoopWatch;
}

/** How late the event loop came to its timers since the watch began or was last reset. */
export interface EventLoopWatch {
  /** 99th percentile of the delay, in seconds; 0 before the first sample. */
  p99Seconds(): number;
  reset(): void;
  stop(): void;
}

/**
 * Opens a meter on the process. It samples the event loop every 20 ms and does not keep the process alive.
 *
 * @param options.clock Must run with the probe: shares are CPU time over this clock's time. @default systemClock
 */
export function openResourceMeter(
  options: { readonly probe?: ResourceProbe; readonly clock?: Pick<Clock, "now"> } = {},
): ResourceMeter {
  const { probe = processProbe, clock = systemClock } = options;
  const recent = new Span(probe, clock);
  const whole = new Span(probe, clock);
  return {
    read() {
      const usage = recent.usage();
      recent.restart();
      return usage;
    },
    total: () => whole.usage(),
    close() {
      recent.close();
      whole.close();
    },
  };
}

/** Usage from one moment on. */
class Span {
  readonly #probe: ResourceProbe;
  readonly #clock: Pick<Clock, "now">;
  readonly #eventLoop: EventLoopWatch;
  #startedAt: number;
  #cpuAtStart: number;

  constructor(probe: ResourceProbe, clock: Pick<Clock, "now">) {
    this.#probe = probe;
    this.#clock = clock;
    this.#eventLoop = probe.watchEventLoop();
    this.#startedAt = clock.now();
    this.#cpuAtStart = probe.cpuSeconds();
  }

  usage(): ResourceUsage {
    const seconds = (this.#clock.now() - this.#startedAt) / 1000;
    return {
      cpu: seconds > 0 ? (this.#probe.cpuSeconds() - this.#cpuAtStart) / seconds : 0,
      memory: this.#probe.memoryBytes(),
      eventLoopDelay: this.#eventLoop.p99Seconds(),
    };
  }

  restart(): void {
    this.#startedAt = this.#clock.now();
    this.#cpuAtStart = this.#probe.cpuSeconds();
    this.#eventLoop.reset();
  }

  close(): void {
    this.#eventLoop.stop();
  }
}

const resolutionMs = 20;

/** The running process. */
const processProbe: ResourceProbe = {
  cpuSeconds() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  memoryBytes: () => process.memoryUsage.rss(),
  watchEventLoop() {
    const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
    histogram.enable();
    return {
      // Node records the time between two of its timers, so the timer's own period is in every sample.
      p99Seconds: () => Math.max(0, histogram.percentile(99) / 1e9 - resolutionMs / 1000),
      reset: () => histogram.reset(),
      stop: () => void histogram.disable(),
    };
  },
};
