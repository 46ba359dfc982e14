import { defineNode } from "@spark/graph";
import { z } from "zod";
import { type CleanMail, ParsedMail } from "../mail.ts";
import { type StripTags, stripTagsInOnePass, stripTagsOneByOne } from "../strip-tags.ts";

export const CleanBodyConfig = z.strictObject({
  maxBodyChars: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(1_000_000)
    .meta({ description: "Only so many characters of a body, markup included, are looked at." }),
});
export type CleanBodyConfig = z.infer<typeof CleanBodyConfig>;

/** Makes of a body what people see of it. Slow on long HTML: see `stripTagsOneByOne`. */
export const cleanBodyNode = defineNode({
  type: "CleanBody",
  config: CleanBodyConfig,
  input: ParsedMail,
  alternatives: ["CleanBodyInOnePass"],
  process: (mail, _context, config) => cleanBody(mail, config, stripTagsOneByOne),
});

/** The same as `CleanBody`, in time that grows with the length of the body alone. */
export const cleanBodyInOnePassNode = defineNode({
  type: "CleanBodyInOnePass",
  config: CleanBodyConfig,
  input: ParsedMail,
  alternatives: ["CleanBody"],
  process: (mail, _context, config) => cleanBody(mail, config, stripTagsInOnePass),
});

export function cleanBody(mail: ParsedMail, config: CleanBodyConfig, stripTags: StripTags): CleanMail {
  const { mailId, subject, from, replyTo, text = "", html } = mail;
  const source = (html ?? text).slice(0, config.maxBodyChars);
  const visible = html === undefined ? source : decodeEntities(stripTags(withoutCode(source)));
  return {
    mailId,
    subject,
    from,
    ...(replyTo === undefined ? {} : { replyTo }),
    body: visible.replaceAll(/\s+/g, " ").trim(),
    links: source.match(/\bhttps?:\/\/[^\s"'<>]+/gi) ?? [],
  };
}

/** Without comments, styles and scripts, which nobody sees. One that is never closed reaches to the end. */
function withoutCode(html: string): string {
  return html.replaceAll(/<!--.*?(?:-->|$)|<(style|script)\b.*?(?:<\/\1\s*>|$)/gis, " ");
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|([a-z]{2,6}));/gi, (whole, code?: string, name?: string) => {
    if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
    const point = Number(code);
    return point <= 0x10_ff_ff ? String.fromCodePoint(point) : whole;
  });
}
