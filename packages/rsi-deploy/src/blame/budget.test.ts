import { expect, test } from "vitest";
import { type Budget, budgetOver, type Suspect } from "./budget.ts";
import type { Sign, SignName } from "./sign.ts";

const sign = (name: SignName, hits: number): Sign => ({
  name,
  hits,
  logEvidence: 0,
  clause: () => "",
  runIds: () => [],
});

const suspect = (nodeId: string, changed: boolean, ...signs: readonly Sign[]): Suspect => ({
  nodeId,
  changed,
  signs,
});

function laidOn(suspects: readonly Suspect[], budget: Budget): readonly (readonly number[])[] {
  return suspects.map((each) => each.signs.map((one) => budget(each, one)));
}

test("lays half of each sign's budget on the changed nodes and the rest by how often nodes show it", () => {
  const suspects = [
    suspect("a", true, sign("failed", 2), sign("slow", 10)),
    suspect("b", false, sign("failed", 9), sign("slow", 10)),
    suspect("c", false, sign("failed", 1), sign("slow", 30)),
  ];
  expect(laidOn(suspects, budgetOver(suspects))).toEqual([
    [0.25, 0.25],
    [expect.closeTo(0.225), expect.closeTo(0.0625)],
    [expect.closeTo(0.025), expect.closeTo(0.1875)],
  ]);
});

test("lays all of it on those that show a sign where the changed nodes do not", () => {
  const suspects = [
    suspect("a", true, sign("slow", 5)),
    suspect("b", false, sign("failed", 3), sign("slow", 5)),
    suspect("c", false, sign("failed", 1)),
  ];
  const laid = laidOn(suspects, budgetOver(suspects));
  expect(laid).toEqual([[0.25], [0.375, 0.25], [0.125]]);
  expect(laid.flat().reduce((sum, part) => sum + part, 0)).toBe(1);
});
