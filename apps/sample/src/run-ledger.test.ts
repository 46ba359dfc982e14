import { makeRunRecord } from "@spark/telemetry/testing";
import { expect, test } from "vitest";
import { RunLedger } from "./run-ledger.ts";

test("tells who has served since a plan came into force, whenever the runs ended", () => {
  const ledger = new RunLedger();
  const add = (planRevision: number, versionId: string, ok = true): void =>
    ledger.add(makeRunRecord({ planRevision, versionId, ok }));
  add(0, "old");
  add(1, "new");
  add(2, "old");
  add(1, "new", false);
  add(3, "newer");
  expect(ledger.totals).toEqual({ runs: 5, ok: 4, failed: 1, mirrored: 0 });
  expect(ledger.servedSince(2, "new")).toEqual({ runs: 2, byVersion: 0 });
  expect(ledger.servedSince(1, "new")).toEqual({ runs: 4, byVersion: 2 });
});

test("keeps repetitions on a mirrored version apart: they have served nobody", () => {
  const ledger = new RunLedger();
  ledger.add(makeRunRecord({ versionId: "old" }));
  ledger.add(makeRunRecord({ versionId: "new", arm: "mirror" }));
  expect(ledger.totals).toEqual({ runs: 1, ok: 1, failed: 0, mirrored: 1 });
  expect(ledger.servedSince(0, "new")).toEqual({ runs: 1, byVersion: 0 });
});
