import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fifo } from "./fifo.ts";

describe("a fifo", () => {
  test("gives what was added in the order of adding, and knows how many there are", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (adds) => {
        const fifo = new Fifo<{ n: number }>();
        const list: { n: number }[] = [];
        adds.forEach((isAdded, n) => {
          if (isAdded) {
            fifo.add({ n });
            list.push({ n });
          } else expect(fifo.take()).toEqual(list.shift());
          expect(fifo.size).toBe(list.length);
        });
      }),
    );
  });

  test("that never runs empty keeps the order while thousands come and go", () => {
    const fifo = new Fifo<{ n: number }>();
    fifo.add({ n: 0 });
    for (let n = 1; n < 5000; n += 1) {
      fifo.add({ n });
      expect(fifo.take()).toEqual({ n: n - 1 });
    }
    expect(fifo.size).toBe(1);
  });
});
