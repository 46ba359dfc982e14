import { expect, test } from "vitest";
import { CleanBodyConfig, cleanBody, inOnePass } from "./clean-body.ts";

const config = CleanBodyConfig.parse({});
const clean = (parts: { readonly text?: string; readonly html?: string }, settings = config) =>
  cleanBody({ mailId: "m", subject: "s", from: "a@example.com", ...parts }, settings, inOnePass);

test("leaves one space between words", () => {
  expect(clean({ text: " a\n\n b\t" }).body).toBe("a b");
});

test("shows what people see of HTML, and prefers it to the plain text", () => {
  const html =
    "<style>p{}</style><!-- <p>no --><p>Fish&nbsp;&amp; chips &#8364;5 &unknown;</p><script>x()</script>";
  expect(clean({ html, text: "other" }).body).toBe("Fish & chips €5 &unknown;");
});

test("hides everything after a comment or script that is never closed", () => {
  expect(clean({ html: "seen <!-- hidden <p>hidden" }).body).toBe("seen");
  expect(clean({ html: "seen <SCRIPT>hidden" }).body).toBe("seen");
});

test("leaves entities of plain text and impossible characters as they are", () => {
  expect(clean({ text: "a &amp; b" }).body).toBe("a &amp; b");
  expect(clean({ html: "&#9999999;" }).body).toBe("&#9999999;");
});

test("finds the links of markup and of plain text", () => {
  expect(clean({ html: '<a href="http://a.example/x?y=1">HTTPS://b.example</a>' }).links).toEqual([
    "http://a.example/x?y=1",
    "HTTPS://b.example",
  ]);
});

test("looks at no more characters than it may", () => {
  expect(clean({ text: "x".repeat(200) }, { maxBodyChars: 100 }).body).toHaveLength(100);
});

test("a mail without a body has an empty one", () => {
  expect(clean({})).toEqual({ mailId: "m", subject: "s", from: "a@example.com", body: "", links: [] });
});
