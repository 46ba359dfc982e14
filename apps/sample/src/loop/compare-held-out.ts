import type { Clock } from "@spark/graph";
import { type Share, shareOf } from "../accuracy.ts";
import type { LabelledMail } from "../corpus.ts";
import { TriagedMail } from "../mail.ts";
import type { MailTarget } from "../traffic.ts";
import { isRight } from "./judge-mail.ts";

/** A figure with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly interval: readonly [low: number, high: number];
}

/** How one version did. */
export interface HeldOut {
  readonly correct: Share;
  readonly failed: Share;
  /** Milliseconds. */
  readonly meanMs: Estimate;
  readonly p95Ms: Estimate;
}

/** Two versions on the same mails; differences are after minus before, mail by mail. */
export interface HeldOutComparison {
  readonly mails: number;
  readonly before: HeldOut;
  readonly after: HeldOut;
  readonly difference: { readonly correct: Estimate; readonly failed: Estimate; readonly meanMs: Estimate };
}

/** One mail in one version. */
export interface Sorted {
  readonly right: boolean;
  readonly failed: boolean;
  readonly ms: number;
}

/** Pairs that run first and do not count. */
const warmUpMails = 50;

/**
 * Has both versions sort each mail, one after the other and by turns first, so that whatever else the machine does
 * meets both. `pause` is awaited before each mail and told how many are done; when it rejects, so does the measurement.
 */
export async function compareHeldOut(options: {
  readonly before: MailTarget;
  readonly after: MailTarget;
  readonly mails: readonly LabelledMail[];
  readonly clock: Clock;
  readonly pause: (done: number) => Promise<void>;
}): Promise<HeldOutComparison> {
  const { before, after, mails, clock, pause } = options;
  const sorted = { before: [] as Sorted[], after: [] as Sorted[] };
  const sortPair = async (mail: LabelledMail, at: number): Promise<Record<"before" | "after", Sorted>> => {
    await pause(sorted.after.length);
    if (at % 2 === 0) {
      const first = await sort(before, mail, clock);
      return { before: first, after: await sort(after, mail, clock) };
    }
    const first = await sort(after, mail, clock);
    return { before: await sort(before, mail, clock), after: first };
  };
  for (const [at, mail] of mails.slice(0, warmUpMails).entries()) await sortPair(mail, at);
  for (const [at, mail] of mails.entries()) {
    const pair = await sortPair(mail, at);
    sorted.before.push(pair.before);
    sorted.after.push(pair.after);
  }
  return compareSorted(sorted.before, sorted.after);
}

/** Sums both versions up; position for position the same mails. Pure. */
export function compareSorted(before: readonly Sorted[], after: readonly Sorted[]): HeldOutComparison {
  const difference = (figure: (one: Sorted) => number): Estimate =>
    meanOf(after.map((one, at) => figure(one) - figure(before[at] as Sorted)));
  return {
    mails: after.length,
    before: sumUp(before),
    after: sumUp(after),
    difference: {
      correct: difference(({ right }) => Number(right)),
      failed: difference(({ failed }) => Number(failed)),
      meanMs: difference(({ ms }) => ms),
    },
  };
}

function sumUp(sorted: readonly Sorted[]): HeldOut {
  const times = sorted.map(({ ms }) => ms);
  return {
    correct: shareOf(sorted.filter(({ right }) => right).length, sorted.length),
    failed: shareOf(sorted.filter(({ failed }) => failed).length, sorted.length),
    meanMs: meanOf(times),
    p95Ms: quantileOf(times, 0.95),
  };
}

/** Two-sided 95 %. */
const z = 1.959_963_984_540_054;

/** Mean and its normal interval; right for hundreds of values. */
function meanOf(values: readonly number[]): Estimate {
  const count = Math.max(1, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const reach = z * Math.sqrt(squares / Math.max(1, count - 1) / count);
  return { value: mean, interval: [mean - reach, mean + reach] };
}

/** A quantile, and as its interval the values whose ranks are z standard deviations of the binomial away. */
function quantileOf(values: readonly number[], share: number): Estimate {
  const sorted = values.toSorted((a, b) => a - b);
  const last = sorted.length - 1;
  const at = (rank: number): number => sorted[Math.min(last, Math.max(0, Math.ceil(rank) - 1))] ?? 0;
  const rank = share * sorted.length;
  const reach = z * Math.sqrt(rank * (1 - share));
  return { value: at(rank), interval: [at(rank - reach), at(rank + reach + 1)] };
}

async function sort(
  target: MailTarget,
  { mailId, text, isSpam }: LabelledMail,
  clock: Clock,
): Promise<Sorted> {
  const startedAt = clock.now();
  let output: unknown;
  try {
    output = await target.run({ mailId, text }, { key: mailId });
  } catch {
    return { right: false, failed: true, ms: clock.now() - startedAt };
  }
  const ms = clock.now() - startedAt;
  return { right: isRight(TriagedMail.parse(output), isSpam), failed: false, ms };
}
