import { describe, expect, test } from "vitest";
import { loadCorpus } from "./corpus.ts";
import { declarationFaults, mimeFaults, structuralFaults } from "./mime-faults.ts";

const sound = [
  "From: a@example.com",
  "Date: Thu, 22 Aug 2002 12:36:23 +0100",
  "Content-Type: multipart/mixed;",
  '\tboundary="b1"',
  "",
  "--b1",
  "Content-Type: text/plain; charset=iso-8859-1",
  "",
  "hello",
  "--b1--",
  "",
].join("\n");

describe("mimeFaults", () => {
  test("finds nothing in a sound mail", () => {
    expect(mimeFaults(sound)).toEqual([]);
  });

  test("finds nothing in 8-bit text that says what it is", () => {
    expect(mimeFaults("From: a@b.c\nContent-Transfer-Encoding: 8BIT\n\ncafé")).toEqual([]);
  });

  test.each([
    ["unterminated_multipart", sound.replace("--b1--", "")],
    ["unknown_charset", sound.replace("iso-8859-1", '"DEFAULT_CHARSET"')],
    ["non_ascii_header", sound.replace("From: a", "From: é")],
    ["undeclared_8bit", sound.replace("hello", "hällo")],
    ["bad_date", sound.replace("22 Aug 2002", "22 Uga 2002")],
    ["overlong_line", sound.replace("hello", "x".repeat(999))],
  ])("finds %s, and nothing else", (fault, text) => {
    expect(mimeFaults(text)).toEqual([fault]);
  });

  test("allows a line of 998 characters", () => {
    expect(mimeFaults(sound.replace("hello", "x".repeat(998)))).toEqual([]);
  });

  test("lists every fault of a mail", () => {
    const text = sound.replace("--b1--", "").replace("hello", "hällo");
    expect(mimeFaults(text)).toEqual(["unterminated_multipart", "undeclared_8bit"]);
  });
});

describe("the real mails", () => {
  const { train, live, heldOut } = loadCorpus();
  const mails = [...train, ...live, ...heldOut];

  const shareWith = (faultsOf: typeof mimeFaults): number =>
    mails.filter(({ text }) => faultsOf(text).length > 0).length / mails.length;

  test("have a broken structure in 1.3 % of the cases", () => {
    expect(shareWith(structuralFaults)).toBeCloseTo(0.013, 3);
  });

  test("do not say what their characters are, or how they are built, in 4.9 % of the cases", () => {
    expect(shareWith(declarationFaults)).toBeCloseTo(0.049, 3);
  });

  test("break some rule in 5.6 % of the cases", () => {
    expect(shareWith(mimeFaults)).toBeCloseTo(0.056, 3);
  });
});
