import type { GraphSpecInput, NodeDefinition } from "@spark/graph";
import type { Mailbox } from "./mailbox.ts";
import type { NaiveBayes } from "./naive-bayes.ts";
import { cleanBodyInOnePassNode, cleanBodyNode } from "./nodes/clean-body.ts";
import { decideNode } from "./nodes/decide.ts";
import { deliverNode } from "./nodes/deliver.ts";
import { headerFeaturesNode } from "./nodes/header-features.ts";
import { linkFeaturesNode } from "./nodes/link-features.ts";
import { parseMailNode } from "./nodes/parse-mail.ts";
import { parsePlainTextNode } from "./nodes/parse-plain-text.ts";
import { scoreMailNode } from "./nodes/score-mail.ts";
import { wordFeaturesNode } from "./nodes/word-features.ts";

/** Every node type that a mail graph may use, those that the first version does not use included. */
export function mailNodes(parts: {
  readonly model: NaiveBayes;
  readonly mailbox: Mailbox;
}): readonly NodeDefinition[] {
  return [
    parseMailNode,
    parsePlainTextNode,
    cleanBodyNode,
    cleanBodyInOnePassNode,
    wordFeaturesNode,
    headerFeaturesNode,
    linkFeaturesNode,
    scoreMailNode(parts.model),
    decideNode,
    deliverNode(parts.mailbox),
  ];
}

/**
 * The mail graph as it first went live: `Mail` in, `TriagedMail` out.
 *
 * It works, and it has the weaknesses of a system that nobody has looked at since:
 *
 * - its step `clean` tidies tags and white space up one place after the other: it takes half of all the time, most of
 *   that on the longest twentieth of the mails
 * - it looks at phrases of three words, though its model knows pairs
 * - it refuses mails whose MIME structure is broken, 1.3 % of all, most of them spam
 * - its thresholds date from the cautious first days: a person has to look at 8 % of the mails
 */
export const mailGraph = {
  id: "mail-triage",
  description: "Sorts mails into inbox and spam, and asks a person where it is not sure.",
  start: "parse",
  nodes: [
    { id: "parse", type: "ParseMail", config: { strictness: "standard", maxMailChars: 1_000_000 } },
    { id: "clean", type: "CleanBody", config: { maxBodyChars: 50_000 } },
    {
      id: "words",
      type: "WordFeatures",
      config: { minTokenLength: 3, tokenLimit: 100_000, phraseWindow: 3 },
    },
    { id: "headers", type: "HeaderFeatures" },
    { id: "links", type: "LinkFeatures", config: { maxLinks: 1_000 } },
    { id: "features", type: "Join", config: { mode: "all" } },
    { id: "score", type: "ScoreMail", config: { smoothing: 1, priorWeight: 1 } },
    { id: "decide", type: "Decide", config: { hamBelow: 0.02, spamFrom: 0.995 } },
    { id: "inbox", type: "Deliver", config: { folder: "inbox", costPerMail: 0 } },
    { id: "spam", type: "Deliver", config: { folder: "spam", costPerMail: 0 } },
    { id: "review", type: "Deliver", config: { folder: "review", costPerMail: 0.1 } },
  ],
  edges: [
    { id: "parse-clean", fromNode: "parse", toNode: "clean" },
    { id: "clean-words", fromNode: "clean", toNode: "words" },
    { id: "clean-headers", fromNode: "clean", toNode: "headers" },
    { id: "clean-links", fromNode: "clean", toNode: "links" },
    { id: "words-features", fromNode: "words", toNode: "features" },
    { id: "headers-features", fromNode: "headers", toNode: "features" },
    { id: "links-features", fromNode: "links", toNode: "features" },
    { id: "features-score", fromNode: "features", toNode: "score" },
    { id: "score-decide", fromNode: "score", toNode: "decide" },
    { id: "decide-inbox", fromNode: "decide", toNode: "inbox", condition: '$.outputs.decision == "ham"' },
    { id: "decide-spam", fromNode: "decide", toNode: "spam", condition: '$.outputs.decision == "spam"' },
    {
      id: "decide-review",
      fromNode: "decide",
      toNode: "review",
      condition: '$.outputs.decision == "review"',
    },
  ],
} as const satisfies GraphSpecInput;
