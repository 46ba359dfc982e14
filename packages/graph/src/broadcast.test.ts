import { describe, expect, test } from "vitest";
import { Broadcast } from "./broadcast.ts";

describe("a broadcast", () => {
  test("is heard by those who have subscribed, until they have had enough", () => {
    const broadcast = new Broadcast<number>();
    const heard: string[] = [];
    expect(broadcast.isHeard).toBe(false);
    broadcast.send(1);
    const first = broadcast.values$.subscribe((value) => heard.push(`first ${value}`));
    const second = broadcast.values$.subscribe((value) => heard.push(`second ${value}`));
    broadcast.send(2);
    first.unsubscribe();
    broadcast.send(3);
    second.unsubscribe();
    broadcast.send(4);
    expect(heard).toEqual(["first 2", "second 2", "second 3"]);
    expect(broadcast.isHeard).toBe(false);
  });

  test("tells those who were there when it began of a value, though others come and go meanwhile", () => {
    const broadcast = new Broadcast<number>();
    const heard: string[] = [];
    broadcast.values$.subscribe((value) => {
      heard.push(`first ${value}`);
      leaving.unsubscribe();
      broadcast.values$.subscribe((later) => heard.push(`late ${later}`));
    });
    const leaving = broadcast.values$.subscribe((value) => heard.push(`leaving ${value}`));
    broadcast.values$.subscribe((value) => heard.push(`last ${value}`));
    broadcast.send(1);
    expect(heard).toEqual(["first 1", "last 1"]);
  });
});
