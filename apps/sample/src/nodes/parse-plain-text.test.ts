import { describe, expect, test } from "vitest";
import { parsePlainText, parsePlainTextNode } from "./parse-plain-text.ts";

const text = "From: Ann <Ann@Example.com>\nReply-To: bob@example.com\nSubject: one\n two\n\nhello";

describe("parsePlainText", () => {
  test("finds headers, folded ones too, and the body", () => {
    expect(parsePlainText({ mailId: "m", text })).toEqual({
      mailId: "m",
      from: "ann@example.com",
      replyTo: "bob@example.com",
      subject: "one two",
      text: "hello",
    });
  });

  test("takes a body with HTML elements for HTML", () => {
    expect(parsePlainText({ mailId: "m", text: "A: b\n\n<HTML>x" })).toHaveProperty("html", "<HTML>x");
  });

  test("refuses nothing", () => {
    expect(parsePlainText({ mailId: "m", text: "?" })).toEqual({
      mailId: "m",
      from: "",
      subject: "",
      text: "",
    });
  });
});

test("the node takes a mail, and what a fallback edge brings", () => {
  const mail = { mailId: "m", text };
  const failure = {
    inputs: mail,
    error: { type: "MalformedMailError", message: "…", nodeId: "parse", attempt: 1 },
  };
  expect(parsePlainTextNode.input?.parse(mail)).toEqual(mail);
  expect(parsePlainTextNode.input?.parse(failure)).toEqual(mail);
  expect(() => parsePlainTextNode.input?.parse({ inputs: "mail" })).toThrow();
});
