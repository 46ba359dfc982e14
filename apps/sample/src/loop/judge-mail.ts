import type { Scorer } from "@spark/rsi";
import type { LabelledMail } from "../corpus.ts";
import { Mail, TriagedMail } from "../mail.ts";

/**
 * Scores a decision by what people said of the mail: 1 where it was sorted rightly without a person, else 0. So
 * the mean is the share that is reported at the end; a mail left to a person counts like one sorted wrongly.
 * A mail that nobody has labelled throws: a test on it would say nothing.
 */
export function judgeBy(mails: readonly LabelledMail[]): Scorer {
  const labels = new Map(mails.map(({ mailId, isSpam }) => [mailId, isSpam]));
  return ({ input, output }) => {
    const { mailId } = Mail.parse(input);
    const isSpam = labels.get(mailId);
    if (isSpam === undefined) throw new Error(`expected a labelled mail, got ${mailId}`);
    return isRight(TriagedMail.parse(output), isSpam) ? 1 : 0;
  };
}

/** Whether a mail lies where people would have put it. */
export function isRight({ decision }: TriagedMail, isSpam: boolean): boolean {
  return decision === (isSpam ? "spam" : "ham");
}
