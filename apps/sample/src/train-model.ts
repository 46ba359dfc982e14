import type { LabelledMail } from "./corpus.ts";
import { type Example, type NaiveBayes, trainNaiveBayes } from "./naive-bayes.ts";
import { CleanBodyConfig, cleanBody, inOnePass } from "./nodes/clean-body.ts";
import { headerFeatures } from "./nodes/header-features.ts";
import { LinkFeaturesConfig, linkFeatures } from "./nodes/link-features.ts";
import { ParseMailConfig, parseMail } from "./nodes/parse-mail.ts";
import { WordFeaturesConfig, wordFeatures } from "./nodes/word-features.ts";

const parsing = ParseMailConfig.parse({ strictness: "lenient" });
const cleaning = CleanBodyConfig.parse({});
const words = WordFeaturesConfig.parse({ phraseWindow: 2 });
const links = LinkFeaturesConfig.parse({});

/**
 * Learns from labelled mails what the nodes of the graph will see: whole mails, malformed ones included, words
 * and pairs of words. About 2 ms a mail. `pause` is awaited before each mail and told how many are done; when it
 * rejects, so does the training.
 */
export async function trainModel(
  mails: readonly LabelledMail[],
  { pause }: { readonly pause?: (done: number) => Promise<void> } = {},
): Promise<NaiveBayes> {
  const examples: Example[] = [];
  for (const mail of mails) {
    await pause?.(examples.length);
    examples.push(await toExample(mail));
  }
  return trainNaiveBayes(examples);
}

async function toExample({ mailId, text, isSpam }: LabelledMail): Promise<Example> {
  const clean = cleanBody(await parseMail({ mailId, text }, parsing), cleaning, inOnePass);
  const found = [wordFeatures(clean, words), headerFeatures(clean), linkFeatures(clean, links)];
  return { features: found.flatMap(({ features }) => features), isSpam };
}
