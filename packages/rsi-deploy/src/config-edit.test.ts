import { describe, expect, test } from "vitest";
import { editConfig } from "./config-edit.ts";

const config = {
  model: { name: "small", "max.tokens": 100 },
  messages: [{ text: "hello" }, { text: "world" }],
  empty: [],
  limit: 3,
  nothing: null,
};

function edited(configPath: string, newValue: unknown = 1): unknown {
  const edit = editConfig(config, { configPath, newValue: newValue as never });
  return edit.ok ? edit.config : edit.refusal;
}

describe("what a path reaches", () => {
  test("a key of an object, sharing everything beside it", () => {
    const result = edited("model.name", "large") as typeof config;
    expect(result.model).toEqual({ name: "large", "max.tokens": 100 });
    expect(result.messages).toBe(config.messages);
    expect(config.model.name).toBe("small");
  });

  test("an element of a list, sharing its neighbours", () => {
    const result = edited("messages.1.text", "moon") as typeof config;
    expect(result.messages).toEqual([{ text: "hello" }, { text: "moon" }]);
    expect(result.messages[0]).toBe(config.messages[0]);
  });

  test("a key with a dot, escaped", () => {
    expect(edited(String.raw`model.max\.tokens`, 5)).toMatchObject({ model: { "max.tokens": 5 } });
  });

  test("a key with a backslash, escaped", () => {
    expect(edited(String.raw`a\\b`, 5)).toMatchObject({ [String.raw`a\b`]: 5 });
  });

  test("objects that are not there yet are made", () => {
    expect(edited("retry.backoff.factor", 2)).toMatchObject({ retry: { backoff: { factor: 2 } } });
  });

  test("the same value gives the same config", () => {
    expect(edited("messages", [{ text: "hello" }, { text: "world" }])).toBe(config);
  });
});

describe("what a path cannot do", () => {
  test.each([
    ["messages.2", 'a position from 0 to 1 in the list at "messages"'],
    ["messages.2.text", 'a position from 0 to 1 in the list at "messages"'],
    ["messages.-1.text", 'a position from 0 to 1 in the list at "messages"'],
    ["messages.01.text", 'a position from 0 to 1 in the list at "messages"'],
    ["messages.length", 'a position from 0 to 1 in the list at "messages"'],
    ["empty.0", 'no position (the list is empty) in the list at "empty"'],
    ["limit.max", 'an object or a list at "limit"'],
    ["nothing.at.all", 'an object or a list at "nothing"'],
    ["model.name.first", 'an object or a list at "model.name"'],
    ["stages.0.share", 'a list at "stages"'],
  ])("%s: expected %s", (configPath, expected) => {
    expect(edited(configPath)).toMatchObject({ expected });
  });

  test.each(["__proto__.x", "model.__proto__", "constructor.prototype.x", "a.constructor", "prototype"])(
    "%s would leave the config's own data",
    (configPath) => {
      expect(edited(configPath)).toMatchObject({ expected: "a path through the config's own data" });
      expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
    },
  );

  test.each([".a", "a.", "a..b", ".", String.raw`a\b`, "a\\"])("%s is no path", (configPath) => {
    expect(edited(configPath)).toMatchObject({ expected: "a path of keys separated by single dots" });
  });

  test("inherited properties are nothing", () => {
    expect(edited("toString.name", "x")).toMatchObject({ toString: { name: "x" } });
  });
});

describe("the old value", () => {
  test("that is there lets the update through, whatever the order of its keys", () => {
    const oldValue = { "max.tokens": 100, name: "small" };
    expect(editConfig(config, { configPath: "model", newValue: 1, oldValue })).toMatchObject({ ok: true });
  });

  test("that is not there is a conflict with both values", () => {
    const edit = editConfig(config, { configPath: "limit", newValue: 4, oldValue: 2 });
    expect(edit).toMatchObject({
      ok: false,
      refusal: { expected: 'the old value 2 at "limit"', found: "3" },
    });
  });

  test("of a path that leads to nothing is a conflict", () => {
    const edit = editConfig(config, { configPath: "model.seed", newValue: 4, oldValue: null });
    expect(edit).toMatchObject({ ok: false, refusal: { found: "nothing" } });
  });
});
