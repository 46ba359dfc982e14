import { bucketOf, saltSeed } from "@spark/graph";
import { tight } from "../contender.ts";
import { growthBook, unleash } from "../peers/flags.ts";
import { type Laps, race } from "../race.ts";
import { report } from "../report.ts";
import { type Goal, timedRow } from "../row.ts";

const shortKeys = Array.from({ length: 1024 }, (_, at) => `user-${100_000 + at}`);
const longKeys = shortKeys.map((key) => `${key}-0b7c4f1e-9d62-4a3f`.padEnd(36, "0").slice(0, 36));
const seed = saltSeed("rollout-7");
const key = (turn: number): string => shortKeys[turn & 1023] as string;
const longKey = (turn: number): string => longKeys[turn & 1023] as string;

const isInGrowthBook = await growthBook();
const isInUnleash = await unleash();
const [chance, short, long, grown, unleashed] = await race([
  tight("Math.random", () => (Math.random() < 0.1 ? 1 : 0)),
  tight("short", (turn) => (bucketOf(seed, key(turn)) < 0.1 ? 1 : 0)),
  tight("long", (turn) => (bucketOf(seed, longKey(turn)) < 0.1 ? 1 : 0)),
  tight("GrowthBook", (turn) => (isInGrowthBook(key(turn)) ? 1 : 0)),
  tight("Unleash", (turn) => (isInUnleash(key(turn)) ? 1 : 0)),
]);

function row(
  what: string,
  against: string,
  { ours, theirs, ...goal }: { readonly ours: Laps; readonly theirs: Laps; readonly goal?: Goal },
): void {
  report(timedRow({ what, against, unit: "ns", per: 1 / 1000, ...goal }, ours, theirs));
}
row("sticky pick, key of 11", "Math.random()", { ours: short, theirs: chance, goal: { atMost: 3 } });
row("sticky pick, key of 36", "Math.random()", { ours: long, theirs: chance });
row("sticky pick, key of 11", "GrowthBook", { ours: short, theirs: grown, goal: { cheaperBy: 20 } });
row("sticky pick, key of 11", "Unleash", { ours: short, theirs: unleashed, goal: { cheaperBy: 20 } });
process.exit();
