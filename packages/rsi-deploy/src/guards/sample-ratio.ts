import {
  attribution,
  type AttributionStage,
  averageEvidence,
  requiredLogEvidence,
  type RestartMixture,
  type RestartState,
  restartMixture,
} from "@spark/evidence";
import type { CountedRun } from "./counted-run.ts";
import type { GuardReading, Severity } from "./guard-reading.ts";
import { ShareInForce } from "./share-in-force.ts";
import { StartOrder, type Starts } from "./start-order.ts";

/** The chance that a split as planned is ever taken for another one. */
const risk = 0.001;

/** How many keys are told apart; of those that come later none is counted. */
const mostKeys = 100_000;

interface ShareCounts {
  readonly share: number;
  candidateFailures: number;
  baselineFailures: number;
}

/**
 * Whether the traffic is split as planned, shown by the units themselves. Where it is not, runs get lost, or
 * come to a side for a reason, and what the sides show cannot be compared.
 *
 * A unit is what is routed: a run without a key, or the first run of a key. Later runs of a key are no news:
 * its side was settled by its first. Units count in the order of their starts, so that a slow version does not
 * seem to get less. Given its share, each is the candidate's with just that probability; so this is failure
 * attribution with every unit for a failure and a ratio of 1, once for too many and once for too few.
 */
export class SampleRatio {
  readonly #severity: Severity;
  readonly #sides: readonly Side[];
  readonly #order: StartOrder;
  readonly #keys = new Set<string>();
  readonly #total: ShareCounts[] = [];
  #open: ShareCounts[] = [];
  readonly #inForce = new ShareInForce();

  /** @param options - The starts are those of both sides. */
  constructor(options: Starts & { readonly severity: Severity; readonly checks: number }) {
    this.#severity = options.severity;
    this.#sides = [new Side("above", options.checks), new Side("below", options.checks)];
    this.#order = new StartOrder(options, (run) => this.#settle(run));
  }

  /** Counts a run of either side, in the order of their ends. About 0.1 µs. */
  count(run: CountedRun): void {
    const { share, record } = run;
    this.#inForce.note(run);
    if (share >= 1 || share <= 0 || (record.key !== undefined && this.#keys.has(record.key))) return;
    this.#order.add(run);
  }

  /** What it says while the traffic is split; nothing else. About 10 µs. */
  read(): GuardReading | undefined {
    const { share: limit } = this.#inForce;
    if (limit >= 1) return undefined;
    this.#order.drain();
    const { logEvidence: log } = averageEvidence(
      this.#sides.map((side) => ({ logEvidence: side.log(this.#open), weight: 1 / this.#sides.length })),
    );
    const required = requiredLogEvidence(risk);
    const { candidateFailures: hits = 0, baselineFailures = 0 } =
      this.#total.find(({ share }) => share === limit) ?? {};
    const runs = hits + baselineFailures;
    return {
      guard: "sample_ratio",
      severity: this.#severity,
      armed: true,
      comparedWith: "limit",
      unit: "share",
      limit,
      baseline: { runs: 0 },
      candidate: runs === 0 ? { runs } : { value: hits / runs, hits, runs },
      evidence: { log, required, weight: 1 },
      breached: log >= required,
    };
  }

  /** Ends a check: what goes wrong may begin anew at each. */
  closeCheck(): void {
    this.#order.drain();
    for (const side of this.#sides) side.close(this.#open);
    this.#open = [];
  }

  #settle({ record: { key }, side, share }: CountedRun): void {
    if (key !== undefined) {
      if (this.#keys.has(key) || this.#keys.size >= mostKeys) return;
      this.#keys.add(key);
    }
    for (const counts of [this.#open, this.#total]) {
      const stage = stageAt(counts, share);
      if (side === "candidate") stage.candidateFailures += 1;
      else stage.baselineFailures += 1;
    }
  }
}

/** Evidence that the candidate gets more than its share, or less. */
class Side {
  readonly #mixture: RestartMixture<readonly AttributionStage[]>;
  #state: RestartState;

  constructor(alternative: "above" | "below", checks: number) {
    this.#mixture = restartMixture(attribution({ ratio: 1, alternative }), { checks });
    this.#state = this.#mixture.start();
  }

  log(open: readonly AttributionStage[]): number {
    return this.#mixture.logEvidence(this.#state, open);
  }

  close(open: readonly AttributionStage[]): void {
    this.#state = this.#mixture.close(this.#state, open);
  }
}

function stageAt(counts: ShareCounts[], share: number): ShareCounts {
  const known = counts.find((one) => one.share === share);
  if (known !== undefined) return known;
  const stage = { share, candidateFailures: 0, baselineFailures: 0 };
  counts.push(stage);
  return stage;
}
