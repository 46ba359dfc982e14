import { type Clock, type Ids, isSparkError, RunContext, type Runnable, SparkError } from "@spark/graph";
import type { ArmRun } from "./arm-run.ts";

/** What a run is measured with. */
export interface Stopwatch {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** A measured run, with what it gave where it ended well. */
export interface TimedRun {
  readonly run: ArmRun;
  readonly output?: unknown;
}

/**
 * Runs a graph once and measures it. A failure is a result, and so is a time-out, which ends the run there and
 * then. Rejects only with the reason of `signal`.
 */
export function timedRun(runnable: Runnable, input: unknown, watch: Stopwatch): Promise<TimedRun> {
  const { clock, ids, timeoutSeconds, signal } = watch;
  return new Promise((resolve, reject) => {
    const context = new RunContext(clock, ids);
    const startedAt = clock.now();
    let ended = false;
    const end = (settle: () => void): void => {
      if (ended) return;
      ended = true;
      stopTimer();
      signal?.removeEventListener("abort", onSignal);
      settle();
    };
    const finish = (outcome: { readonly output: unknown } | { readonly error: unknown }): void => {
      const latencySeconds = (clock.now() - startedAt) / 1000;
      end(() => resolve(measured(context, latencySeconds, outcome)));
    };
    const onSignal = (): void => {
      end(() => reject(signal?.reason as Error));
      context.abort(signal?.reason);
    };
    const stopTimer = clock.schedule(timeoutSeconds * 1000, () => {
      const error = new SparkError("run_timeout", `The run took longer than ${timeoutSeconds} s.`);
      end(() => resolve(measured(context, timeoutSeconds, { error })));
      context.abort(error);
    });
    context.onAbort = (error) => finish({ error });
    if (signal?.aborted === true) {
      onSignal();
      return;
    }
    signal?.addEventListener("abort", onSignal, { once: true });
    const start = async (): Promise<unknown> => runnable.run(input, context);
    start().then(
      (output) => finish({ output }),
      (error: unknown) => finish({ error }),
    );
  });
}

function measured(
  context: RunContext,
  latencySeconds: number,
  outcome: { readonly output: unknown } | { readonly error: unknown },
): TimedRun {
  const { cost, quality } = context.reports ?? {};
  const reported = {
    latencySeconds,
    ...(cost === undefined ? {} : { cost }),
    ...(quality === undefined ? {} : { quality }),
  };
  if ("output" in outcome) return { run: { ok: true, ...reported }, output: outcome.output };
  const { error } = outcome;
  return {
    run: {
      ok: false,
      ...reported,
      errorType: errorTypeOf(error),
      message: error instanceof Error ? error.message : String(error),
      ...(isSparkError(error, "run_timeout") ? { timedOut: true } : {}),
    },
  };
}

/** As run records name it: the failed node's error, a code, or a class name. */
function errorTypeOf(error: unknown): string {
  if (isSparkError(error)) {
    const { type } = error.details;
    return error.code === "node_failed" && typeof type === "string" ? type : error.code;
  }
  return error instanceof Error ? error.name : typeof error;
}
