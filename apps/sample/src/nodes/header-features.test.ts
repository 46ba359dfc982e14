import { expect, test } from "vitest";
import { headerFeatures } from "./header-features.ts";

const features = (parts: { readonly subject?: string; readonly replyTo?: string }) =>
  headerFeatures({ mailId: "m", subject: "", from: "ann@example.com", body: "", links: [], ...parts })
    .features;

test("names the sender's domain and the words of the subject", () => {
  expect(features({ subject: "Re: Lunch" })).toEqual([
    "header:from:example.com",
    "header:subject:re:",
    "header:subject:lunch",
  ]);
});

test("names the domain of another address for answers", () => {
  expect(features({ replyTo: "x@other.example" })).toContain("header:reply-elsewhere:other.example");
});

test.each([
  ["BUY NOW CHEAP", true],
  ["ABCDEfghij", false],
  ["ABCDEFghij", true],
  ["HELLO", false],
])("takes the subject %s for shouted: %s", (subject, shouted) => {
  expect(features({ subject }).includes("header:shouted-subject")).toBe(shouted);
});
