import { type Clock, systemClock } from "@spark/graph";
import type { LabelledMail } from "./corpus.ts";
import { type Decision, TriagedMail } from "./mail.ts";
import type { MailTarget } from "./traffic.ts";

/** What became of a mail: a decision, or no answer at all. */
export type Outcome = Decision | "failed";

/** How many mails of each class had which outcome. */
export type Confusion = Readonly<Record<"ham" | "spam", Readonly<Record<Outcome, number>>>>;

/** A share with its counts and the 95 % interval by Wilson's score. */
export interface Share {
  readonly count: number;
  readonly of: number;
  readonly share: number;
  readonly interval: readonly [low: number, high: number];
}

/** How well mails were triaged. */
export interface Accuracy {
  readonly confusion: Confusion;
  /** Of all mails: in the right folder, without a person. */
  readonly correct: Share;
  /** Of the mails that were decided: decided rightly. */
  readonly decidedRightly: Share;
  /** Of all mails: left to a person. */
  readonly review: Share;
  /** Of all mails: no answer. */
  readonly failed: Share;
  /** Of all ham: put away as spam, the costly mistake. */
  readonly hamLost: Share;
}

/** Accuracy and the times it took, in milliseconds. */
export interface Triage extends Accuracy {
  readonly meanMs: number;
  readonly p95Ms: number;
}

/**
 * Triages each mail once, one after the other, and compares with what people said. A run that rejects counts
 * as failed; a result that is no `TriagedMail` throws. Nodes with effects act: give it a graph with a mailbox of
 * its own. `pause` is awaited before each mail; when it rejects, so does the measurement.
 */
export async function measureTriage(options: {
  readonly target: MailTarget;
  readonly mails: readonly LabelledMail[];
  readonly clock?: Clock;
  readonly pause?: (done: number) => Promise<void>;
}): Promise<Triage> {
  const { target, mails, clock = systemClock, pause } = options;
  const confusion = emptyConfusion();
  const timesMs: number[] = [];
  for (const mail of mails) {
    await pause?.(timesMs.length);
    const startedAt = clock.now();
    const outcome = await triage(target, mail);
    timesMs.push(clock.now() - startedAt);
    confusion[mail.isSpam ? "spam" : "ham"][outcome] += 1;
  }
  timesMs.sort((a, b) => a - b);
  return {
    ...accuracyOf(confusion),
    meanMs: timesMs.reduce((sum, time) => sum + time, 0) / Math.max(1, timesMs.length),
    p95Ms: timesMs[Math.ceil(timesMs.length * 0.95) - 1] ?? 0,
  };
}

/** Sums up a confusion. */
export function accuracyOf(confusion: Confusion): Accuracy {
  const { ham, spam } = confusion;
  const hams = total(ham);
  const mails = hams + total(spam);
  const correct = ham.ham + spam.spam;
  const decided = correct + ham.spam + spam.ham;
  return {
    confusion,
    correct: shareOf(correct, mails),
    decidedRightly: shareOf(correct, decided),
    review: shareOf(ham.review + spam.review, mails),
    failed: shareOf(ham.failed + spam.failed, mails),
    hamLost: shareOf(ham.spam, hams),
  };
}

/** A share and its interval; of nothing, the share is 0 and the interval says that nothing is known. */
export function shareOf(count: number, of: number): Share {
  return { count, of, share: of === 0 ? 0 : count / of, interval: wilson(count, of) };
}

/** Two-sided 95 %. */
const z = 1.959_963_984_540_054;

/** Wilson's score interval (1927): right for small counts and for shares near 0 and 1, never outside them. */
function wilson(count: number, of: number): readonly [number, number] {
  if (of === 0) return [0, 1];
  const share = count / of;
  const weight = z ** 2 / of;
  const middle = (share + weight / 2) / (1 + weight);
  const reach = (z / (1 + weight)) * Math.sqrt((share * (1 - share)) / of + weight / (4 * of));
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)];
}

async function triage(target: MailTarget, { mailId, text }: LabelledMail): Promise<Outcome> {
  let output: unknown;
  try {
    output = await target.run({ mailId, text }, { key: mailId });
  } catch {
    return "failed";
  }
  return TriagedMail.parse(output).decision;
}

function emptyConfusion(): Record<"ham" | "spam", Record<Outcome, number>> {
  const none = { ham: 0, spam: 0, review: 0, failed: 0 };
  return { ham: { ...none }, spam: { ...none } };
}

function total(outcomes: Readonly<Record<Outcome, number>>): number {
  return outcomes.ham + outcomes.spam + outcomes.review + outcomes.failed;
}
