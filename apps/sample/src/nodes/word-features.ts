import { defineNode } from "@spark/graph";
import { z } from "zod";
import { CleanMail, type MailFeatures } from "../mail.ts";

export const WordFeaturesConfig = z.strictObject({
  minTokenLength: z
    .int()
    .min(1)
    .max(10)
    .default(3)
    .meta({ description: "Words with fewer characters are passed over." }),
  tokenLimit: z
    .int()
    .min(10)
    .max(100_000)
    .default(100_000)
    .meta({ description: "Only so many words of a mail are looked at, from its beginning." }),
  phraseWindow: z
    .int()
    .min(1)
    .max(8)
    .default(2)
    .meta({
      description:
        "Each word is combined with every choice of the words before it within this window: 1 is words alone, 2 " +
        "adds pairs. The number of features doubles with each step.",
    }),
});
export type WordFeaturesConfig = z.infer<typeof WordFeaturesConfig>;

/** Finds the words of subject and body, and the phrases they form. */
export const wordFeaturesNode = defineNode({
  type: "WordFeatures",
  config: WordFeaturesConfig,
  input: CleanMail,
  process: (mail, _context, config) => wordFeatures(mail, config),
});

/**
 * Sparse binary polynomial hashing without the hashing (Yerazunis 2003): with a window of w words each word
 * gives 2^(w-1) features.
 */
export function wordFeatures(mail: CleanMail, config: WordFeaturesConfig): MailFeatures {
  const words = wordsOf(`${mail.subject} ${mail.body}`, config);
  const features: string[] = [];
  words.forEach((word, position) => {
    const first = features.push(word) - 1;
    const reach = Math.min(config.phraseWindow - 1, position);
    for (let back = 1; back <= reach; back++) {
      const earlier = `${words[position - back]} `;
      const made = features.length;
      for (let at = first; at < made; at++) features.push(earlier + features[at]);
    }
  });
  return { mailId: mail.mailId, features };
}

function wordsOf(text: string, { minTokenLength, tokenLimit }: WordFeaturesConfig): readonly string[] {
  const words: string[] = [];
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}$'!-]{1,24}/gu)) {
    if (word.length < minTokenLength) continue;
    if (words.push(word) === tokenLimit) break;
  }
  return words;
}
