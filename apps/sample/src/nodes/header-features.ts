import { defineNode } from "@spark/graph";
import { CleanMail, type MailFeatures } from "../mail.ts";

/** Finds what sender and subject give away. Every feature begins with `header:`. */
export const headerFeaturesNode = defineNode({
  type: "HeaderFeatures",
  input: CleanMail,
  process: (mail) => headerFeatures(mail),
});

export function headerFeatures({ mailId, subject, from, replyTo }: CleanMail): MailFeatures {
  const features = [`header:from:${domainOf(from)}`];
  if (replyTo !== undefined) features.push(`header:reply-elsewhere:${domainOf(replyTo)}`);
  if (isShouted(subject)) features.push("header:shouted-subject");
  for (const word of subject.toLowerCase().split(/\s+/)) {
    if (word !== "") features.push(`header:subject:${word}`);
  }
  return { mailId, features };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

/** True where at least ten letters are there, and more than half of them are capitals. */
function isShouted(subject: string): boolean {
  const letters = subject.match(/\p{L}/gu) ?? [];
  const capitals = subject.match(/\p{Lu}/gu) ?? [];
  return letters.length >= 10 && capitals.length * 2 > letters.length;
}
