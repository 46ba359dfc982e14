import { z } from "zod";

/** A mail as it comes in: what a run of the graph is given. */
export const Mail = z.strictObject({
  mailId: z.string().min(1),
  /** Headers, an empty line, the body. */
  text: z.string().min(1),
});
export type Mail = z.infer<typeof Mail>;

/** A mail taken apart: decoded headers, and the body as text, HTML or both. */
export const ParsedMail = z.object({
  mailId: z.string(),
  subject: z.string(),
  /** Address of the sender; empty where the mail names none. */
  from: z.string(),
  /** Address that answers go to, where it is not the sender's. */
  replyTo: z.string().exactOptional(),
  text: z.string().exactOptional(),
  html: z.string().exactOptional(),
});
export type ParsedMail = z.infer<typeof ParsedMail>;

/** A mail as people see it: no markup, one space between words, the links on their own. */
export const CleanMail = z.object({
  mailId: z.string(),
  subject: z.string(),
  from: z.string(),
  replyTo: z.string().exactOptional(),
  body: z.string(),
  links: z.array(z.string()),
});
export type CleanMail = z.infer<typeof CleanMail>;

/** What one way of looking at a mail found in it. A feature that occurs twice stands there twice. */
export const MailFeatures = z.object({ mailId: z.string(), features: z.array(z.string()) });
export type MailFeatures = z.infer<typeof MailFeatures>;

/** How likely a mail is spam. */
export const ScoredMail = z.object({
  mailId: z.string(),
  /** 0 (surely ham) to 1 (surely spam). */
  spamScore: z.number().min(0).max(1),
});
export type ScoredMail = z.infer<typeof ScoredMail>;

/** What is done with a mail: kept, put away, or shown to a person. */
export const Decision = z.enum(["ham", "spam", "review"]);
export type Decision = z.infer<typeof Decision>;

export const DecidedMail = ScoredMail.extend({ decision: Decision });
export type DecidedMail = z.infer<typeof DecidedMail>;

export const Folder = z.enum(["inbox", "spam", "review"]);
export type Folder = z.infer<typeof Folder>;

/** The result of a run: where the mail lies now, and why. */
export const TriagedMail = DecidedMail.extend({ folder: Folder });
export type TriagedMail = z.infer<typeof TriagedMail>;
