import type { JsonObject } from "@spark/graph";
import type { CountedRun } from "./counted-run.ts";
import {
  breachesOf,
  type ComparedMetrics,
  type GuardPanel,
  type PanelReading,
  type RunsInOrder,
} from "./guard-panel.ts";
import type { SampleRatio } from "./sample-ratio.ts";

/**
 * Any panel, and beside it the check that the traffic is split as planned. That check is read with the others
 * and never trips by itself between two looks. After a crash it begins anew.
 */
export class SampleRatioPanel implements GuardPanel {
  readonly #panel: GuardPanel;
  readonly #ratio: SampleRatio;

  constructor(panel: GuardPanel, ratio: SampleRatio) {
    this.#panel = panel;
    this.#ratio = ratio;
  }

  count(run: CountedRun): boolean {
    this.#ratio.count(run);
    return this.#panel.count(run);
  }

  countGood(runs: RunsInOrder): void {
    runs.forEach((run) => this.#ratio.count(run));
    this.#panel.countGood(runs);
  }

  canWait(run: CountedRun): boolean {
    return this.#panel.canWait(run);
  }

  read(metrics: ComparedMetrics): PanelReading {
    const said = this.#panel.read(metrics);
    const ratio = this.#ratio.read();
    if (ratio === undefined) return said;
    const readings = [...said.readings, ratio];
    return { ...said, readings, breaches: breachesOf(readings) };
  }

  closeCheck(): void {
    this.#ratio.closeCheck();
    this.#panel.closeCheck();
  }

  checkpoint(): JsonObject {
    return this.#panel.checkpoint();
  }

  restore(checkpoint: JsonObject): void {
    this.#panel.restore(checkpoint);
  }
}
