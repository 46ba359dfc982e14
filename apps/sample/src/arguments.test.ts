import { expect, test } from "vitest";
import { readArguments } from "./arguments.ts";

test("without arguments the loop is played for people, with seed 1", () => {
  expect(readArguments([])).toEqual({ kind: "play", story: "loop", json: false, seed: 1 });
});

test("reads all options", () => {
  expect(readArguments(["rollouts", "--json", "--seed", "42", "--database", "here"])).toEqual({
    kind: "play",
    story: "rollouts",
    json: true,
    seed: 42,
    databaseFolder: "here",
  });
  expect(readArguments(["--help"])).toEqual({ kind: "help" });
});

test.each([
  [["--seed", "x"], /--seed: expected a whole number .* got "x"/],
  [["--seed", "1.5"], /got "1.5"/],
  [["--seed", "4294967296"], /got "4294967296"/],
  [["--database", ""], /--database: expected a folder/],
  [["--jsno"], /--jsno/],
  [["run"], /story: expected one of loop, changes, rollouts, got "run"/],
  [["toString"], /got "toString"/],
  [["changes", "rollouts"], /got "changes rollouts"/],
])("refuses %j and says why", (args, message) => {
  const read = readArguments(args);
  expect(read.kind === "fault" ? read.message : read.kind).toMatch(message);
});

test.each(["loop", "changes", "rollouts"])("plays %s by its name", (story) => {
  expect(readArguments([story])).toEqual({ kind: "play", story, json: false, seed: 1 });
});
