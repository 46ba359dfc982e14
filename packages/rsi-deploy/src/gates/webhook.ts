import type { Clock } from "@spark/graph";
import type { Approver } from "../approver.ts";
import type { GateAnswer, GateQuestion } from "./gate-question.ts";

/** Sends one HTTP request; the global `fetch` is one. */
export type Send = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Puts a gate's question to a webhook: a POST with the question as JSON and its idempotency key as a header.
 * Gives the answer, or the reason why there is none after all attempts.
 */
export async function askWebhook(
  approver: Extract<Approver, { readonly by: "webhook" }>,
  question: GateQuestion,
  world: { readonly send: Send; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<GateAnswer | { readonly unanswered: string }> {
  const { url, retries, timeoutSeconds } = approver;
  let last = "";
  for (let attempt = 0; attempt <= retries; attempt += 1) {
    if (attempt > 0) await world.clock.sleep(1000 * 2 ** (attempt - 1), world.signal);
    const outcome = await once(url, question, { ...world, timeoutSeconds });
    if ("approved" in outcome) return outcome;
    last = outcome.unanswered;
  }
  return { unanswered: `${url} gave no answer in ${retries + 1} attempts: ${last}` };
}

async function once(
  url: string,
  question: GateQuestion,
  world: {
    readonly send: Send;
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly timeoutSeconds: number;
  },
): Promise<GateAnswer | { readonly unanswered: string }> {
  const limit = new AbortController();
  const stopTimer = world.clock.schedule(world.timeoutSeconds * 1000, () =>
    limit.abort(new Error(`no answer within ${world.timeoutSeconds} s`)),
  );
  try {
    const response = await world.send(url, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": question.idempotencyKey },
      body: JSON.stringify(question),
      signal: AbortSignal.any([limit.signal, world.signal]),
    });
    return await read(url, response);
  } catch (error) {
    if (world.signal.aborted) throw error;
    return { unanswered: error instanceof Error ? error.message : String(error) };
  } finally {
    stopTimer();
  }
}

async function read(url: string, response: Response): Promise<GateAnswer | { readonly unanswered: string }> {
  const refused = response.status === 403 || response.status === 409;
  if (!response.ok && !refused) return { unanswered: `status ${response.status}` };
  const body = (await response.json().catch(() => undefined)) as
    | { approved?: unknown; reason?: unknown }
    | undefined;
  const approved = response.ok && body?.approved !== false;
  const reason = typeof body?.reason === "string" ? { reason: body.reason } : {};
  return { approved, by: `webhook ${new URL(url).host}`, ...reason };
}
