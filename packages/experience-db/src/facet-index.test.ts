import { expect, test } from "vitest";
import { FacetIndex } from "./facet-index.ts";

test("a row is found by what it has, and not by what it had", () => {
  const index = new FacetIndex();
  index.move(1, {}, { type: "caching", status: "proposed" });
  index.move(2, {}, { type: "caching", status: undefined });
  index.move(1, { type: "caching", status: "proposed" }, { type: "caching", status: "completed" });
  expect(index.counts("type")).toEqual({ caching: 2 });
  expect(index.counts("status")).toEqual({ completed: 1 });
  expect(index.rows("status", "undefined")).toBeUndefined();
});

test("a copy stays as it is when the other changes", () => {
  const index = new FacetIndex();
  index.move(1, {}, { graph: "__proto__" });
  const copy = index.copy();
  index.move(1, { graph: "__proto__" }, {});
  expect(copy.rows("graph", "__proto__")?.size).toBe(1);
  expect(index.rows("graph", "__proto__")?.size).toBe(0);
});
