import type { Contender } from "./contender.ts";
import { cpuTime, type Gauge } from "./gauge.ts";

/** How a race is run. */
export interface RaceOptions {
  /** @default 31 */
  readonly rounds?: number;
  /** About how long a contender works in each round, in milliseconds. @default 20 */
  readonly batchMs?: number;
  readonly gauge?: Gauge;
}

/** Microseconds for one piece of work, by round. */
export type Laps = readonly number[];

/**
 * Times contenders in turns: every round each of them works for a few milliseconds, in an order that rotates. So
 * what disturbs the machine disturbs all, and ratios are taken within a round. Garbage is collected when it is due,
 * and counts: what a contender keeps costs it, as it costs a program.
 */
export async function race<const Field extends readonly Contender[]>(
  contenders: Field,
  options: RaceOptions = {},
): Promise<{ readonly [At in keyof Field]: Laps }> {
  const { rounds = 31, batchMs = 20, gauge = cpuTime } = options;
  const batches: number[] = [];
  for (const contender of contenders) batches.push(await warmUp(contender, { batchMs, gauge }));
  const laps: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const at = (round + turn) % contenders.length;
      const times = batches[at] as number;
      const started = gauge();
      await (contenders[at] as Contender).run(times);
      (laps[at] as number[]).push((gauge() - started) / times);
    }
  }
  return laps as unknown as { readonly [At in keyof Field]: Laps };
}

/** Runs a contender until it is compiled and its batch is long enough; gives the size of a batch. */
async function warmUp(
  contender: Contender,
  { batchMs, gauge }: { readonly batchMs: number; readonly gauge: Gauge },
): Promise<number> {
  const enough = gauge() + 20 * batchMs * 1000;
  let times = 1;
  for (;;) {
    const started = gauge();
    await contender.run(times);
    const ms = (gauge() - started) / 1000;
    if (ms >= batchMs && gauge() >= enough) return Math.max(1, Math.round((times * batchMs) / ms));
    if (ms < batchMs) times = Math.ceil(times * Math.min(8, Math.max(1.5, batchMs / Math.max(ms, 0.01))));
  }
}
