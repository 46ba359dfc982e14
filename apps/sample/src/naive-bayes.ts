/** How often a feature was seen in each class. */
interface FeatureCounts {
  ham: number;
  spam: number;
}

/** What training found; see {@link trainNaiveBayes}. */
export interface NaiveBayes {
  readonly counts: ReadonlyMap<string, Readonly<FeatureCounts>>;
  /** Sum of the counts of all features. */
  readonly features: Readonly<FeatureCounts>;
  /** How many mails of each class there were. */
  readonly mails: Readonly<FeatureCounts>;
}

/** One mail to learn from. */
export interface Example {
  readonly features: readonly string[];
  readonly isSpam: boolean;
}

export interface ScoreOptions {
  /** Added to every count, so that a feature seen in one class only does not decide alone. Above 0. */
  readonly smoothing: number;
  /** How much the share of spam in the training mails counts: 0 not at all, 1 as Bayes says. */
  readonly priorWeight: number;
}

/**
 * Counts the features of both classes (multinomial naive Bayes). Features seen only once are dropped: three
 * quarters of them are, and they say nothing.
 */
export function trainNaiveBayes(examples: Iterable<Example>): NaiveBayes {
  const counts = new Map<string, FeatureCounts>();
  const mails = { ham: 0, spam: 0 };
  for (const { features, isSpam } of examples) {
    const label = isSpam ? "spam" : "ham";
    mails[label] += 1;
    for (const feature of features) {
      let count = counts.get(feature);
      if (count === undefined) counts.set(feature, (count = { ham: 0, spam: 0 }));
      count[label] += 1;
    }
  }
  const features = { ham: 0, spam: 0 };
  for (const [feature, { ham, spam }] of counts) {
    if (ham + spam < 2) {
      counts.delete(feature);
      continue;
    }
    features.ham += ham;
    features.spam += spam;
  }
  return { counts, features, mails };
}

/**
 * How spam-like a mail is, from 0 to 1; 0.5 where nothing is known.
 *
 * The log odds are divided by the square root of the number of known features before they become a score:
 * words come in phrases, not independently, and without it every long mail would score exactly 0 or 1. It
 * does not change on which side of 0.5 a mail is.
 */
export function spamScore(model: NaiveBayes, features: Iterable<string>, options: ScoreOptions): number {
  const { smoothing, priorWeight } = options;
  const { counts, mails } = model;
  const spamTotal = model.features.spam + smoothing * counts.size;
  const hamTotal = model.features.ham + smoothing * counts.size;
  const rarity = Math.log(hamTotal / spamTotal);
  let logOdds = priorWeight * Math.log((mails.spam + 1) / (mails.ham + 1));
  let known = 0;
  for (const feature of features) {
    const count = counts.get(feature);
    if (count === undefined) continue;
    known += 1;
    logOdds += Math.log((count.spam + smoothing) / (count.ham + smoothing)) + rarity;
  }
  return 1 / (1 + Math.exp(-logOdds / Math.sqrt(Math.max(1, known))));
}
