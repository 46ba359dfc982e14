import type { RunRecord } from "@spark/graph";
import type { Observable, Subscription } from "rxjs";

/** What a live graph's own records say, summed up. */
export interface LedgerTotals {
  readonly runs: number;
  readonly ok: number;
  readonly failed: number;
  /** Repetitions of live runs on a mirrored version, which nobody sees; not among `runs`. */
  readonly mirrored: number;
}

/** Who has served since a revision of the traffic plan came into force. */
export interface ServedSince {
  readonly runs: number;
  /** Of these, by the version that must not serve any more. */
  readonly byVersion: number;
}

/** Counts every run that a live graph has answered by the revision of the plan that routed it and the version that served it. */
export class RunLedger {
  readonly #counts = new Map<number, Map<string, number>>();
  #ok = 0;
  #failed = 0;
  #mirrored = 0;

  /** Counts the runs of the stream until the returned subscription is ended. */
  observe(runs$: Observable<RunRecord>): Subscription {
    return runs$.subscribe((record) => this.add(record));
  }

  add({ arm, ok, planRevision, versionId }: RunRecord): void {
    if (arm === "mirror") {
      this.#mirrored += 1;
      return;
    }
    if (ok) this.#ok += 1;
    else this.#failed += 1;
    const versions = this.#counts.get(planRevision) ?? new Map<string, number>();
    versions.set(versionId, (versions.get(versionId) ?? 0) + 1);
    this.#counts.set(planRevision, versions);
  }

  get totals(): LedgerTotals {
    return {
      runs: this.#ok + this.#failed,
      ok: this.#ok,
      failed: this.#failed,
      mirrored: this.#mirrored,
    };
  }

  /**
   * Runs routed by the plan of that revision or a later one, and how many of them a version served. Every run is
   * routed when it starts, so runs that were under way at the change are not among them.
   */
  servedSince(revision: number, versionId: string): ServedSince {
    let [runs, byVersion] = [0, 0];
    for (const [planRevision, versions] of this.#counts) {
      if (planRevision < revision) continue;
      for (const count of versions.values()) runs += count;
      byVersion += versions.get(versionId) ?? 0;
    }
    return { runs, byVersion };
  }
}
