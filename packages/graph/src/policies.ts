import { z } from "zod";
import type { Work } from "./node.ts";
import type { NodeContext, RunContext } from "./run-context.ts";
import { SparkError } from "./spark-error.ts";

/** How often and when a failed node is tried again. */
export const RetryPolicy = z
  .strictObject({
    /** Attempts in all, the first included; 1 to 100. @default 3 */
    maxAttempts: z.int().min(1).max(100).default(3).describe("Attempts in all, the first included"),
    /** Pause before the second attempt, in seconds. @default 0 */
    delaySeconds: z.number().nonnegative().default(0).describe("Pause before the second attempt, seconds"),
    /** The pause grows by this factor from attempt to attempt. @default 2 */
    backoffMultiplier: z.number().min(1).default(2).describe("Growth of the pause per attempt"),
    /** The pause never grows beyond this, in seconds. @default 60 */
    maxDelaySeconds: z.number().nonnegative().default(60).describe("Longest pause, seconds"),
    /**
     * Try again only after these: class names of errors (`TypeError`) or codes of `SparkError`
     * (`node_timeout`). Absent means after any error.
     */
    retryOn: z.array(z.string()).readonly().exactOptional(),
  })
  .readonly();
export type RetryPolicy = z.infer<typeof RetryPolicy>;

/**
 * What the runtime does around a node, from `config.policies` of its spec.
 *
 * Order, from the inside out: time-out, retry, fallback edge. Each attempt has the whole time-out for itself;
 * pauses between attempts do not count; a fallback edge (`onError`) is taken when the last attempt has failed.
 */
export const NodePolicies = z
  .strictObject({
    timeoutSeconds: z.number().positive().exactOptional(),
    retry: RetryPolicy.exactOptional(),
  })
  .readonly();
export type NodePolicies = z.infer<typeof NodePolicies>;

/** What came of a node after all its attempts. */
export type Outcome =
  | { readonly ok: true; readonly output: unknown; readonly attempts: number }
  | { readonly ok: false; readonly error: unknown; readonly attempts: number };

/** Runs a node under its policies. Never rejects. */
export async function runUnderPolicies(
  work: Work,
  policies: NodePolicies,
  call: { readonly inputs: unknown; readonly context: RunContext; readonly nodeId: string },
): Promise<Outcome> {
  const { retry } = policies;
  const most = retry?.maxAttempts ?? 1;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return {
        ok: true,
        output: await attemptOnce(work, policies, { ...call, attempt: attempts }),
        attempts,
      };
    } catch (error) {
      if (attempts >= most || call.context.aborted || !isRetried(retry, error)) {
        return { ok: false, error, attempts };
      }
    }
    const pause = pauseMs(retry as RetryPolicy, attempts);
    if (pause === 0) continue;
    try {
      await call.context.clock.sleep(pause, call.context.signal);
    } catch (error) {
      return { ok: false, error, attempts };
    }
  }
}

/** The pause after attempt number `attempts`: delay × multiplier^(attempts − 1), capped. */
export function pauseMs(retry: RetryPolicy, attempts: number): number {
  const seconds = retry.delaySeconds * retry.backoffMultiplier ** (attempts - 1);
  return Math.min(seconds, retry.maxDelaySeconds) * 1000;
}

/** The name an error goes by in `retryOn` and in records: a `SparkError`'s code, else its class name. */
export function errorType(error: unknown): string {
  if (typeof error !== "object" || error === null) return typeof error;
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (name === "SparkError" && typeof code === "string") return code;
  return typeof name === "string" && name !== "" ? name : "Error";
}

function isRetried(retry: RetryPolicy | undefined, error: unknown): boolean {
  return retry?.retryOn === undefined || retry.retryOn.includes(errorType(error));
}

function attemptOnce(
  work: Work,
  { timeoutSeconds }: NodePolicies,
  call: {
    readonly inputs: unknown;
    readonly context: RunContext;
    readonly nodeId: string;
    readonly attempt: number;
  },
): Promise<unknown> {
  const { inputs, context, nodeId, attempt } = call;
  const own = new AbortController();
  return new Promise((resolve, reject) => {
    const onRunAbort = (): void => end(() => reject(context.reason), context.reason);
    const stopTimer =
      timeoutSeconds === undefined
        ? undefined
        : context.clock.schedule(timeoutSeconds * 1000, () => {
            const error = new SparkError(
              "node_timeout",
              `Node "${nodeId}" took longer than its time-out of ${timeoutSeconds} s.`,
              { details: { nodeId, attempt, timeoutSeconds } },
            );
            end(() => reject(error), error);
          });
    const end = (settle: () => void, abortReason?: unknown): void => {
      stopTimer?.();
      context.signal.removeEventListener("abort", onRunAbort);
      settle();
      if (abortReason !== undefined) own.abort(abortReason);
    };
    context.signal.addEventListener("abort", onRunAbort, { once: true });
    const start = async (): Promise<unknown> =>
      work.process(inputs, attemptContext(context, own.signal, attempt));
    start().then(
      (output) => end(() => resolve(output)),
      (error: unknown) => end(() => reject(error)),
    );
  });
}

function attemptContext(context: RunContext, signal: AbortSignal, attempt: number): NodeContext {
  return {
    signal,
    attempt,
    clock: context.clock,
    observer: context.observer,
    get runId() {
      return context.runId;
    },
    get state() {
      return context.state;
    },
    report: (values) => context.report(values),
  };
}
