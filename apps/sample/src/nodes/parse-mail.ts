import { defineNode } from "@spark/graph";
import PostalMime, { type Address } from "postal-mime";
import { z } from "zod";
import { Mail, type ParsedMail } from "../mail.ts";
import { declarationFaults, type MimeFault, mimeFaults, structuralFaults } from "../mime-faults.ts";

export const ParseMailConfig = z.strictObject({
  strictness: z
    .enum(["lenient", "standard", "declared", "strict"])
    .default("standard")
    .meta({
      description:
        "Which malformed mails are refused: none, those whose structure is in doubt, those that do not declare " +
        "their 8-bit characters either, or those with any offence against RFC 5322 and MIME.",
    }),
  maxMailChars: z.int().min(1_000).max(1_000_000).default(1_000_000).meta({
    description: "Only so many characters of a mail are parsed, headers included; the rest is unseen.",
  }),
});
export type ParseMailConfig = z.infer<typeof ParseMailConfig>;

/** Takes a mail apart by the rules of MIME. Fails on mails that its strictness does not accept. */
export const parseMailNode = defineNode({
  type: "ParseMail",
  config: ParseMailConfig,
  input: Mail,
  alternatives: ["ParsePlainText"],
  process: (mail, _context, config) => parseMail(mail, config),
});

/** A mail that was refused for what is wrong with it. */
export class MalformedMailError extends Error {
  override readonly name = "MalformedMailError";
  readonly faults: readonly MimeFault[];

  constructor(mailId: string, faults: readonly MimeFault[]) {
    super(
      `Mail ${mailId} is malformed (${faults.join(", ")}). ` +
        `Lower the strictness of this node, or give it a fallback edge.`,
    );
    this.faults = faults;
  }
}

/** Rejects with {@link MalformedMailError}. */
export async function parseMail({ mailId, text }: Mail, config: ParseMailConfig): Promise<ParsedMail> {
  const faults = faultsByStrictness[config.strictness](text);
  if (faults.length > 0) throw new MalformedMailError(mailId, faults);
  const email = await PostalMime.parse(withoutEnvelope(text).slice(0, config.maxMailChars));
  const from = addressOf(email.from);
  const replyTo = addressOf(email.replyTo?.[0]);
  return {
    mailId,
    subject: email.subject ?? "",
    from,
    ...(replyTo === "" || replyTo === from ? {} : { replyTo }),
    ...(email.text === undefined ? {} : { text: email.text }),
    ...(email.html === undefined ? {} : { html: email.html }),
  };
}

const faultsByStrictness = {
  lenient: () => [],
  standard: structuralFaults,
  declared: declarationFaults,
  strict: mimeFaults,
} satisfies Record<ParseMailConfig["strictness"], (text: string) => readonly MimeFault[]>;

/** The line `From …` that mailbox files put before each mail belongs to the file, not to the mail. */
function withoutEnvelope(text: string): string {
  return text.startsWith("From ") ? text.slice(text.indexOf("\n") + 1) : text;
}

function addressOf(address: Address | undefined): string {
  return address?.address?.toLowerCase() ?? "";
}
