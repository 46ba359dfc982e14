import { describe, expect, test } from "vitest";
import { auditDeployments, auditTraffic, type Played } from "./audit.ts";
import { chapters } from "./chapters.ts";

const sender = { sent: 10, succeeded: 8, failed: 2 };
const records = { runs: 10, ok: 8, failed: 2 };
const verdicts = (checks: readonly { readonly ok: boolean }[]): boolean[] => checks.map(({ ok }) => ok);

describe("auditTraffic", () => {
  test("is content where sender, records and mailbox agree", () => {
    expect(verdicts(auditTraffic(sender, records, 8))).toEqual([true, true]);
  });

  test.each([
    ["a run without a result", [{ ...sender, sent: 11 }, records, 8]],
    ["a lost record", [sender, { runs: 9, ok: 8, failed: 1 }, 8]],
    ["an error told as a result", [sender, { runs: 10, ok: 9, failed: 1 }, 8]],
    ["a mail delivered twice", [sender, records, 9]],
  ] as const)("finds %s", (_, [sent, recorded, delivered]) => {
    expect(verdicts(auditTraffic(sent, recorded, delivered))).toContain(false);
  });
});

describe("auditDeployments", () => {
  const ends = ["completed", "rolled_back", "rolled_back"];
  const remembered = ends.map((status) => ({ hypothesisId: "h", status, lessons: ["something"] }));
  const played = (statuses: readonly string[], since = { runs: 5, byVersion: 0 }): readonly Played[] =>
    chapters.map(
      (chapter, at) =>
        ({
          chapter,
          result: { status: statuses[at], success: statuses[at] === "completed", verdicts: [] },
          ...(statuses[at] === "rolled_back" ? { since } : {}),
        }) as unknown as Played,
    );

  test("is content with one promotion and two rollbacks that hold", () => {
    expect(verdicts(auditDeployments(played(ends), remembered, "as planned"))).toEqual([true, true, true]);
  });

  test.each([
    ["a bad change that was kept", played(["completed", "completed", "rolled_back"]), remembered],
    ["a good change that was taken back", played(["rolled_back", "rolled_back", "rolled_back"]), remembered],
    ["a run on what was taken back", played(ends, { runs: 5, byVersion: 1 }), remembered],
    ["a rollback after which nothing ran", played(ends, { runs: 0, byVersion: 0 }), remembered],
    ["a database that says less", played(ends), remembered.slice(1)],
    ["an ending without a lesson", played(ends), remembered.map((one) => ({ ...one, lessons: [] }))],
  ])("finds %s", (_, ended, stored) => {
    expect(verdicts(auditDeployments(ended, stored, "as planned"))).toContain(false);
  });
});
