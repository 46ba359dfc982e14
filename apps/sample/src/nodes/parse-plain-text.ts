import { defineNode } from "@spark/graph";
import { z } from "zod";
import { Mail, type ParsedMail } from "../mail.ts";

/** A mail as it is, or as a fallback edge brings it: with the error of the node that failed. */
const MailOrFailure = z.union([Mail, z.object({ inputs: Mail }).transform(({ inputs }) => inputs)]);

/**
 * Takes a mail apart without MIME: some headers, and the body as it stands. It refuses nothing and sees
 * encoded parts as they are encoded; good as a fallback for mails that `ParseMail` refuses.
 */
export const parsePlainTextNode = defineNode({
  type: "ParsePlainText",
  input: MailOrFailure,
  process: (mail) => parsePlainText(mail),
});

export function parsePlainText({ mailId, text }: Mail): ParsedMail {
  const end = /\r?\n\r?\n/.exec(text);
  const headers = end === null ? text : text.slice(0, end.index);
  const body = end === null ? "" : text.slice(end.index + end[0].length);
  const from = addressIn(headers, "from");
  const replyTo = addressIn(headers, "reply-to");
  return {
    mailId,
    subject: headerIn(headers, "subject"),
    from,
    ...(replyTo === "" || replyTo === from ? {} : { replyTo }),
    ...(/<(?:html|body|table)\b/i.test(body) ? { html: body } : { text: body }),
  };
}

function headerIn(headers: string, name: string): string {
  const value = new RegExp(`^${name}:((?:.|\\r?\\n[ \\t])*)`, "im").exec(headers)?.[1] ?? "";
  return value.replaceAll(/\s+/g, " ").trim();
}

function addressIn(headers: string, name: string): string {
  return /[^\s<>"(),:;]+@[^\s<>"(),:;]+/.exec(headerIn(headers, name))?.[0].toLowerCase() ?? "";
}
