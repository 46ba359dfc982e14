import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseConfigPath, printConfigPath } from "./config-path.ts";

test("a printed path is read back as it was", () => {
  const key = fc
    .string({ minLength: 1 })
    .filter((text) => !["__proto__", "prototype", "constructor"].includes(text));
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), (path) => {
      expect(parseConfigPath(printConfigPath(path))).toEqual({ ok: true, path });
    }),
  );
});

test("a long path is read in time that grows with its length only", () => {
  expect(parseConfigPath(`${"a.".repeat(20_000)}..`)).toMatchObject({ ok: false });
});
