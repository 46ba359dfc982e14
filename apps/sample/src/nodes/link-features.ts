import { defineNode } from "@spark/graph";
import { z } from "zod";
import { CleanMail, type MailFeatures } from "../mail.ts";

export const LinkFeaturesConfig = z.strictObject({
  maxLinks: z
    .int()
    .min(0)
    .max(10_000)
    .default(1_000)
    .meta({ description: "Only so many links of a mail are looked at." }),
});
export type LinkFeaturesConfig = z.infer<typeof LinkFeaturesConfig>;

/** Finds where the links of a mail lead. Every feature begins with `link:`. */
export const linkFeaturesNode = defineNode({
  type: "LinkFeatures",
  config: LinkFeaturesConfig,
  input: CleanMail,
  process: (mail, _context, config) => linkFeatures(mail, config),
});

export function linkFeatures({ mailId, links }: CleanMail, { maxLinks }: LinkFeaturesConfig): MailFeatures {
  const features = links.slice(0, maxLinks).flatMap((link) => {
    const host = /^https?:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(link)?.[1]?.toLowerCase();
    if (host === undefined) return ["link:odd"];
    return /^[\d.]+$/.test(host) ? ["link:number", `link:${host}`] : [`link:${host}`];
  });
  return { mailId, features };
}
