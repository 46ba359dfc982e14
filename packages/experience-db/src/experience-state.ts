import {
  type Experience,
  hasFailed,
  hasSucceeded,
  type Lease,
  type Pattern,
  remember,
  type ReviewRequest,
  type VersionRecord,
  withOutcome,
  withTestResult,
} from "@spark/rsi-model";
import { type DeploymentLog, deploymentShape, extendLog } from "./deployment-log.ts";
import { unknownId } from "./parse-input.ts";
import type { StoreChange } from "./store-change.ts";
import { type StoredRows, Table, type TableShape, type Undo } from "./table.ts";

/** Names of the tables, in the order a snapshot has them. */
export const tableNames = [
  "experiences",
  "patterns",
  "deployments",
  "versions",
  "reviews",
  "leases",
] as const;
export type TableName = (typeof tableNames)[number];

/** All that is remembered: a fold over the changes that were stored. */
export class ExperienceState {
  readonly experiences: Table<Experience>;
  readonly patterns: Table<Pattern>;
  readonly deployments: Table<DeploymentLog>;
  readonly versions: Table<VersionRecord>;
  readonly reviews: Table<ReviewRequest>;
  readonly leases: Table<Lease>;

  #changes: number;

  /** @param stored - Tables as they were after `changes` changes; empty where they are left out. */
  constructor(stored?: Readonly<Record<TableName, StoredRows>>, changes = 0) {
    this.#changes = changes;
    this.experiences = new Table(experienceShape, stored?.experiences);
    this.patterns = new Table(patternShape, stored?.patterns);
    this.deployments = new Table(deploymentShape, stored?.deployments);
    this.versions = new Table(versionShape, stored?.versions);
    this.reviews = new Table(reviewShape, stored?.reviews);
    this.leases = new Table(leaseShape, stored?.leases);
  }

  /** How many changes it has taken in, in all its history. */
  get changes(): number {
    return this.#changes;
  }

  /**
   * Takes a change in and returns what takes it back.
   *
   * @throws SparkError `unknown_id` or `illegal_state`, with nothing changed, where it does not fit.
   */
  apply(change: StoreChange): Undo {
    const undo = this.#apply(change);
    this.#changes += 1;
    return () => {
      this.#changes -= 1;
      undo();
    };
  }

  #apply(change: StoreChange): Undo {
    switch (change.type) {
      case "hypothesis_stored": {
        const earlier = this.experiences.peek(change.hypothesis.hypothesisId);
        return this.experiences.put(remember(change.hypothesis, { at: change.at, earlier }));
      }
      case "test_results_updated": {
        const earlier = known(this.experiences.peek(change.hypothesisId), "hypothesis", change.hypothesisId);
        return this.experiences.put(withTestResult(earlier, change.testResult, change.lessons));
      }
      case "deployment_outcome_updated": {
        const earlier = known(this.experiences.peek(change.hypothesisId), "hypothesis", change.hypothesisId);
        return this.experiences.put(withOutcome(earlier, change));
      }
      case "pattern_stored":
        return this.patterns.put(definePattern(this.patterns.peek(change.pattern.patternId), change));
      case "pattern_used": {
        const earlier = known(this.patterns.peek(change.patternId), "pattern", change.patternId);
        return this.patterns.put(usePattern(earlier, change));
      }
      case "deployment_event": {
        const log = this.deployments.peek(change.event.deploymentId);
        return this.deployments.put(extendLog(log, change.event));
      }
      case "version_stored": {
        const earlier = this.versions.peek(change.version.versionId);
        return this.versions.put({ ...change.version, ...earlier, ...outcomeOf(change.version) });
      }
      case "versions_pruned": {
        const undos = change.versionIds.map((versionId) => this.versions.remove(versionId));
        return () => {
          for (const undo of undos.reverse()) undo();
        };
      }
      case "lease_taken":
        return this.leases.put(change.lease);
      case "review_stored":
        return this.reviews.put(change.review);
    }
  }

  /** All tables as they are now, however they change afterwards. */
  cut(): Readonly<Record<TableName, StoredRows>> {
    return {
      experiences: this.experiences.cut(),
      patterns: this.patterns.cut(),
      deployments: this.deployments.cut(),
      versions: this.versions.cut(),
      reviews: this.reviews.cut(),
      leases: this.leases.cut(),
    };
  }

  experience(hypothesisId: string): Experience {
    return known(this.experiences.get(hypothesisId), "hypothesis", hypothesisId);
  }

  pattern(patternId: string): Pattern {
    return known(this.patterns.get(patternId), "pattern", patternId);
  }

  deployment(deploymentId: string): DeploymentLog {
    return known(this.deployments.get(deploymentId), "deployment", deploymentId);
  }

  version(versionId: string): VersionRecord {
    return known(this.versions.get(versionId), "version", versionId);
  }

  review(requestId: string): ReviewRequest {
    return known(this.reviews.get(requestId), "review request", requestId);
  }
}

const experienceShape: TableShape<Experience> = {
  keyOf: (row) => row.hypothesisId,
  facetsOf: (row) => ({
    graph: row.graphId,
    type: row.hypothesisType,
    status: row.status,
    deployed: row.deployed ? "true" : "false",
    tested: row.testResult ? "true" : undefined,
    succeeded: hasSucceeded(row) ? "true" : undefined,
    teaches: hasSucceeded(row) && row.patterns.length > 0 ? "true" : undefined,
    hasFailed: hasFailed(row) ? "true" : undefined,
  }),
};

const patternShape: TableShape<Pattern> = {
  keyOf: (row) => row.patternId,
  facetsOf: (row) => ({ type: row.patternType }),
};

const versionShape: TableShape<VersionRecord> = {
  keyOf: (row) => row.versionId,
  facetsOf: (row) => ({ graph: row.graphId }),
};

const reviewShape: TableShape<ReviewRequest> = {
  keyOf: (row) => row.requestId,
  facetsOf: (row) => ({ status: row.status, hypothesis: row.hypothesisId }),
};

const leaseShape: TableShape<Lease> = { keyOf: (row) => row.graphId, facetsOf: () => ({}) };

function definePattern(
  earlier: Pattern | undefined,
  { pattern, at }: Extract<StoreChange, { type: "pattern_stored" }>,
): Pattern {
  const fresh = { successCount: 0, failureCount: 0, usageCount: 0, discoveredAt: at };
  return { ...fresh, ...earlier, ...pattern };
}

function usePattern(
  pattern: Pattern,
  { success, at }: Extract<StoreChange, { type: "pattern_used" }>,
): Pattern {
  return {
    ...pattern,
    successCount: pattern.successCount + (success ? 1 : 0),
    failureCount: pattern.failureCount + (success ? 0 : 1),
    usageCount: pattern.usageCount + 1,
    lastUsed: at,
  };
}

function outcomeOf({ outcome }: VersionRecord): Pick<VersionRecord, "outcome"> {
  return outcome === undefined ? {} : { outcome };
}

function known<Row>(row: Row | undefined, what: string, id: string): Row {
  if (row === undefined) throw unknownId(what, id);
  return row;
}
