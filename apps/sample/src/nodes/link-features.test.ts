import { expect, test } from "vitest";
import { linkFeatures } from "./link-features.ts";

const features = (links: string[], maxLinks = 10) =>
  linkFeatures({ mailId: "m", subject: "", from: "", body: "", links }, { maxLinks }).features;

test("names the host of each link", () => {
  expect(features(["http://A.example/x", "https://user@b.example:80?y"])).toEqual([
    "link:a.example",
    "link:b.example",
  ]);
});

test("marks hosts that are numbers", () => {
  expect(features(["http://10.0.0.1/x"])).toEqual(["link:number", "link:10.0.0.1"]);
});

test("marks links without a host", () => {
  expect(features(["http://"])).toEqual(["link:odd"]);
});

test("looks at no more links than it may", () => {
  expect(features(["http://a.example", "http://b.example"], 1)).toEqual(["link:a.example"]);
});
