import { expect, test } from "vitest";
import { Mailbox } from "./mailbox.ts";

test("counts what each folder received", () => {
  const mailbox = new Mailbox();
  mailbox.deliver("a", "inbox");
  mailbox.deliver("b", "spam");
  mailbox.deliver("a", "inbox");
  expect(mailbox.counts).toEqual({ inbox: 2, spam: 1, review: 0 });
});

test("remembers the latest deliveries only", () => {
  const mailbox = new Mailbox(2);
  for (let mail = 1; mail <= 99; mail++) mailbox.deliver(`${mail}`, "inbox");
  expect(mailbox.latest).toEqual([
    { mailId: "98", folder: "inbox" },
    { mailId: "99", folder: "inbox" },
  ]);
  expect(mailbox.counts.inbox).toBe(99);
});
