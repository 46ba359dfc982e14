import { defineNode } from "@spark/graph";
import { z } from "zod";
import { type CollapseSpace, collapseSpaceInOnePass, collapseSpaceOneByOne } from "../collapse-space.ts";
import { type CleanMail, ParsedMail } from "../mail.ts";
import { type StripTags, stripTagsInOnePass, stripTagsOneByOne } from "../strip-tags.ts";

export const CleanBodyConfig = z.strictObject({
  maxBodyChars: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(50_000)
    .meta({ description: "Only so many characters of a body, markup included, are looked at." }),
});
export type CleanBodyConfig = z.infer<typeof CleanBodyConfig>;

/** How a body is tidied up. */
export interface Tidying {
  readonly stripTags: StripTags;
  readonly collapseSpace: CollapseSpace;
}

const oneByOne: Tidying = { stripTags: stripTagsOneByOne, collapseSpace: collapseSpaceOneByOne };
export const inOnePass: Tidying = { stripTags: stripTagsInOnePass, collapseSpace: collapseSpaceInOnePass };

/** Makes of a body what people see of it. Slow on long mails: see `collapseSpaceOneByOne` and `stripTagsOneByOne`. */
export const cleanBodyNode = defineNode({
  type: "CleanBody",
  config: CleanBodyConfig,
  input: ParsedMail,
  alternatives: ["CleanBodyInOnePass"],
  process: (mail, _context, config) => cleanBody(mail, config, oneByOne),
});

/** The same as `CleanBody`, in time that grows with the length of the body alone. */
export const cleanBodyInOnePassNode = defineNode({
  type: "CleanBodyInOnePass",
  config: CleanBodyConfig,
  input: ParsedMail,
  process: (mail, _context, config) => cleanBody(mail, config, inOnePass),
});

export function cleanBody(
  mail: ParsedMail,
  config: CleanBodyConfig,
  { stripTags, collapseSpace }: Tidying,
): CleanMail {
  const { mailId, subject, from, replyTo, text = "", html } = mail;
  const source = (html ?? text).slice(0, config.maxBodyChars);
  const visible = html === undefined ? source : decodeEntities(stripTags(withoutCode(source)));
  return {
    mailId,
    subject,
    from,
    ...(replyTo === undefined ? {} : { replyTo }),
    body: collapseSpace(visible),
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
