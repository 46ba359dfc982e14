import { isSparkError } from "@spark/graph";
import { describe, expect, test } from "vitest";
import { SimulatedDisk } from "../testing.ts";
import { SealedFile } from "./sealed-file.ts";
import { Sealing } from "./snapshot-seal.ts";

const path = "/store/snapshot.jsonl";

/** A file of so many numbered lines in blocks of `size` bytes, with its seal. */
function place(
  disk: SimulatedDisk,
  { lines, size }: { readonly lines: number; readonly size: number },
): Buffer {
  const text = Buffer.from(Array.from({ length: lines }, (_, n) => `line ${n}\n`).join(""));
  const sealing = new Sealing();
  for (let at = 0; at < text.length; at += size) sealing.add(text.subarray(at, at + size));
  disk.place(path, Buffer.concat([text, Buffer.from(`${JSON.stringify(sealing.seal(0, size))}\n`)]));
  return text;
}

const corrupt =
  (...parts: readonly string[]) =>
  (error: unknown) =>
    isSparkError(error, "storage_corrupt") && parts.every((part) => error.message.includes(part));

describe("a sealed file", () => {
  test.each([15, 3000])("of %s lines is found whole, and gives out any part of itself", async (lines) => {
    const disk = new SimulatedDisk();
    const text = place(disk, { lines, size: 16 });
    const file = await SealedFile.open(disk, path);
    expect(file.end).toBe(text.length);
    for (const thorough of [false, true]) await file.check({ thorough });
    for (const [from, until] of [
      [0, 5],
      [3, 90],
      [16, 32],
      [text.length - 20, text.length],
      [0, text.length],
    ] as const) {
      expect(file.slice(from, until).toString()).toBe(text.subarray(from, until).toString());
    }
  });

  test("whose bytes change says where, whether it is checked or read, and gives out what is sound", async () => {
    const disk = new SimulatedDisk();
    const text = place(disk, { lines: 20, size: 16 });
    const file = await SealedFile.open(disk, path);
    disk.rot(path, (data) => data.fill("x", 36, 37));
    for (const thorough of [false, true]) {
      await expect(file.check({ thorough })).rejects.toSatisfy(
        corrupt("byte 32", "the checksum of the 16 bytes from there", "4 entries before it and 14 after it"),
      );
    }
    expect(() => file.slice(30, 34)).toThrow("damaged at byte 32");
    expect(file.slice(48, 64).toString()).toBe(text.subarray(48, 64).toString());
    expect(file.slice(0, 32).toString()).toBe(text.subarray(0, 32).toString());
  });

  test("that ends too soon, or has no seal, is refused", async () => {
    const disk = new SimulatedDisk();
    const text = place(disk, { lines: 20, size: 16 });
    const file = await SealedFile.open(disk, path);
    disk.rot(path, (data) => data.subarray(0, 40));
    expect(() => file.slice(32, 48)).toThrow(/Reading failed.*it ends at byte 40/);
    await expect(file.check({ thorough: false })).rejects.toThrow(/Reading failed.*it ends at byte 40/);
    for (const bytes of [text, Buffer.alloc(0), Buffer.from("\n")]) {
      disk.place(path, bytes);
      await expect(SealedFile.open(disk, path)).rejects.toSatisfy(corrupt("its seal is not whole"));
    }
  });
});
