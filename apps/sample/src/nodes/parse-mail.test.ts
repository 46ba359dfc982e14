import { describe, expect, test } from "vitest";
import { MalformedMailError, ParseMailConfig, parseMail } from "./parse-mail.ts";

const config = ParseMailConfig.parse({});
const parse = (lines: readonly string[], settings = config) =>
  parseMail({ mailId: "m", text: lines.join("\n") }, settings);

describe("parseMail", () => {
  test("decodes headers and bodies", async () => {
    const mail = await parse([
      "From: =?utf-8?Q?J=C3=BCrgen?= <Juergen@Example.com>",
      "Subject: =?iso-8859-1?Q?Caf=E9?=",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      "",
      Buffer.from("grüß dich").toString("base64"),
    ]);
    expect(mail).toMatchObject({ mailId: "m", subject: "Café", from: "juergen@example.com" });
    expect(mail.text?.trim()).toBe("grüß dich");
    expect(mail).not.toHaveProperty("replyTo");
  });

  test("gives both forms of a mail that has both", async () => {
    const mail = await parse([
      'Content-Type: multipart/alternative; boundary="b"',
      "",
      "--b",
      "Content-Type: text/plain",
      "",
      "plain",
      "--b",
      "Content-Type: text/html",
      "",
      "<b>rich</b>",
      "--b--",
    ]);
    expect([mail.text?.trim(), mail.html?.trim()]).toEqual(["plain", "<b>rich</b>"]);
  });

  test("names the address for answers only where it is another one", async () => {
    const same = await parse(["From: a@example.com", "Reply-To: A@example.com", "", "x"]);
    const other = await parse(["From: a@example.com", "Reply-To: b@example.com", "", "x"]);
    expect([same.replyTo, other.replyTo]).toEqual([undefined, "b@example.com"]);
  });

  test("passes over the envelope line of mailbox files", async () => {
    const mail = await parse([
      "From a@b.c  Thu Aug 22 12:36:23 2002",
      "From: x@example.com",
      "Subject: s",
      "",
      "b",
    ]);
    expect(mail).toMatchObject({ from: "x@example.com", subject: "s" });
  });

  test("parses no more characters than it may", async () => {
    const lines = ["Subject: s", "", "a".repeat(500), "b".repeat(2_000)];
    const mail = await parse(lines, { ...config, maxMailChars: 1_000 });
    expect(mail.text).toMatch(/^a{500}\nb{487}\s*$/);
  });
});

describe("strictness", () => {
  const broken = ["Content-Type: text/plain; charset=DEFAULT_CHARSET", "", "x"];
  const untidy = ["Date: some day", "", "x"];
  const refused = (lines: readonly string[], strictness: ParseMailConfig["strictness"]) =>
    parse(lines, { ...config, strictness }).then(
      () => false,
      (error: unknown) => error instanceof MalformedMailError,
    );

  test.each([
    ["lenient", false, false],
    ["standard", true, false],
    ["strict", true, true],
  ] as const)("%s: refuses a broken mail: %s, an untidy one: %s", async (strictness, ofBroken, ofUntidy) => {
    expect([await refused(broken, strictness), await refused(untidy, strictness)]).toEqual([
      ofBroken,
      ofUntidy,
    ]);
  });

  test("says what is wrong with which mail, and what to do", async () => {
    await expect(parse(broken)).rejects.toThrow(
      /^Mail m is malformed \(unknown_charset\)\. Lower the strictness/,
    );
  });

  test("judges the whole mail, not what is left of it after cutting", async () => {
    const long = ["Content-Type: multipart/mixed; boundary=b", "", "--b", "", "a".repeat(5_000), "--b--"];
    expect((await parse(long, { ...config, maxMailChars: 1_000 })).text).toContain("aaaa");
  });
});
