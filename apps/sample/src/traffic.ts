import { type Clock, type Random, SparkError } from "@spark/graph";
import type { LabelledMail } from "./corpus.ts";
import type { Mail } from "./mail.ts";

/** Whatever triages mails: a graph, or a live graph that routes between versions. */
export interface MailTarget {
  /** Mails with the same key are served by the same version, where there are several. */
  run(mail: Mail, options: { readonly key: string; readonly signal?: AbortSignal }): Promise<unknown>;
}

export interface TrafficOptions {
  readonly target: MailTarget;
  /** What is sent, over and over, in a new order each time. */
  readonly mails: readonly LabelledMail[];
  readonly random: Random;
  readonly clock: Clock;
  /** Mean rate; the pauses between two mails are exponential, as they are between independent senders. */
  readonly ratePerSecond: number;
  /** Ends the traffic. */
  readonly signal: AbortSignal;
  /** Mails under way at once; the next one waits. @default 8 */
  readonly maxInFlight?: number;
  /** How many readers the mails go to; each is always served by one version. Left out: each mail is. */
  readonly readers?: number;
  /** Told of every mail when its run has ended. */
  readonly onResult?: (result: SentMail) => void;
}

/** What became of one mail. */
export type SentMail =
  | { readonly mail: LabelledMail; readonly ok: true; readonly output: unknown }
  | { readonly mail: LabelledMail; readonly ok: false; readonly error: unknown };

/** `sent` is always the sum of the other two. */
export interface TrafficStats {
  readonly sent: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** How far behind its schedule a sender may be and still catch up; a longer delay moves the schedule. */
const catchUpMs = 100;

/**
 * Sends mails until the signal aborts, then waits for those under way. Resolves with the counts; a run that
 * fails is counted and never stops the traffic. Throws `invalid_input` for a rate or a limit that is not above 0,
 * or for no mails.
 */
export async function sendTraffic(options: TrafficOptions): Promise<TrafficStats> {
  const { target, clock, signal, maxInFlight = 8, onResult } = options;
  requirePositive("ratePerSecond", options.ratePerSecond);
  requirePositive("maxInFlight", maxInFlight);
  requirePositive("mails.length", options.mails.length);
  requirePositive("readers", options.readers ?? 1);
  const stats = { sent: 0, succeeded: 0, failed: 0 };
  const inFlight = new Set<Promise<void>>();

  const send = async (mail: LabelledMail): Promise<void> => {
    stats.sent += 1;
    const result = await runOnce(target, mail, keyOf(mail, options));
    stats[result.ok ? "succeeded" : "failed"] += 1;
    onResult?.(result);
  };

  const schedule = arrivals(options);
  for (const mail of endlessly(options.mails, options.random)) {
    const waitMs = schedule.next() - clock.now();
    if (waitMs > 0) await pause(clock, waitMs, signal);
    if (inFlight.size >= maxInFlight) {
      await Promise.race(inFlight);
      // Runs may end without ever giving timers a turn; whoever watches or stops the traffic needs one.
      await pause(clock, 0, signal);
    }
    if (signal.aborted) break;
    const sending = send(mail).finally(() => inFlight.delete(sending));
    inFlight.add(sending);
  }
  await Promise.all(inFlight);
  return stats;
}

function keyOf({ mailId }: LabelledMail, { readers, random }: TrafficOptions): string {
  return readers === undefined ? mailId : `reader-${Math.floor(random() * readers)}`;
}

async function runOnce(target: MailTarget, mail: LabelledMail, key: string): Promise<SentMail> {
  const { mailId, text } = mail;
  try {
    return { mail, ok: true, output: await target.run({ mailId, text }, { key }) };
  } catch (error) {
    return { mail, ok: false, error };
  }
}

/** Gives the times at which mails are due, a Poisson process. */
function arrivals(options: Pick<TrafficOptions, "clock" | "random" | "ratePerSecond">): { next(): number } {
  const { clock, random } = options;
  const meanPauseMs = 1000 / options.ratePerSecond;
  let due = clock.now();
  return {
    next() {
      due = Math.max(due - meanPauseMs * Math.log(1 - random()), clock.now() - catchUpMs);
      return due;
    },
  };
}

/** A sleep that an abort ends without an error. */
async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function* endlessly<T>(items: readonly T[], random: Random): Generator<T, never> {
  for (;;) yield* shuffled(items, random);
}

/** Fisher and Yates: every order is equally likely. */
function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}

function requirePositive(name: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new SparkError("invalid_input", `${name}: expected a number above 0, got ${value}.`);
}
