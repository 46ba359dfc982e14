import { type Clock, SparkError, systemClock } from "@spark/graph";
import {
  DeploymentEvent,
  type Experience,
  ImprovementHypothesis,
  type ImprovementHypothesisInput,
  type Lease,
  type LeaseAnswer,
  LeaseClaim,
  type LeaseRenewal,
  type LoggedDeploymentEvent,
  type OpenDeployment,
  type Pattern,
  PatternDefinition,
  type PatternDefinitionInput,
  ReviewDecision,
  type ReviewDecisionInput,
  ReviewRequest,
  type ReviewStatus,
  TestResult,
  type TestResultInput,
  VersionRecord,
  type VersionRecordInput,
} from "@spark/rsi-model";
import { deepFreeze } from "./deep-freeze.ts";
import { eventsOf } from "./deployment-log.ts";
import type { ExperienceState } from "./experience-state.ts";
import { type ExperienceStats, experienceStats } from "./experience-stats.ts";
import { failedPattern, type FailedPattern, successfulPattern, type SuccessfulPattern } from "./lessons.ts";
import { LeaseDesk } from "./lease-desk.ts";
import { memoryStore } from "./memory-store.ts";
import { bestPatterns } from "./best-patterns.ts";
import { parseInput } from "./parse-input.ts";
import { ExperienceQuery, LessonQuery, PatternQuery } from "./query-options.ts";
import { answerReview, refuseReplacing, type ReviewAnswer } from "./review-desk.ts";
import type { StoreChange } from "./store-change.ts";
import type { Store } from "./store.ts";
import { activeVersionId, lineageOf, prunableVersions } from "./version-lineage.ts";
import {
  DeploymentOutcomeUpdate,
  type HypothesisWithProposal,
  PatternUse,
  TestLessons,
  VersionPruning,
  wholeHypothesis,
} from "./write-inputs.ts";
import { Writer } from "./writer.ts";

/**
 * Remembers every hypothesis, test, deployment and lesson.
 *
 * What is written can be read at once; the promise of a write resolves when the store has it for good, and
 * a write that fails leaves nothing behind. What is given out is frozen. Ids that are not known are refused
 * with `SparkError("unknown_id")`, inputs that do not fit with `invalid_input`, everything before
 * `initialize` and after `close` with `illegal_state`.
 */
export class ExperienceDatabase {
  readonly #store: Store;
  readonly #clock: Clock;
  #open: { readonly state: ExperienceState; readonly writer: Writer; readonly leases: LeaseDesk } | undefined;
  #opening: Promise<void> | undefined;

  /** @param options.store - Where things are kept; in memory where it is left out. */
  constructor(options: { readonly store?: Store; readonly clock?: Clock } = {}) {
    this.#store = options.store ?? memoryStore();
    this.#clock = options.clock ?? systemClock;
  }

  /** Loads what is stored. Calling it again does nothing. */
  async initialize(): Promise<void> {
    this.#opening ??= this.#load();
    await this.#opening;
  }

  /** Waits for the writes under way and lets go of the store. */
  async close(): Promise<void> {
    await this.#opening;
    const open = this.#open;
    this.#open = undefined;
    this.#opening = undefined;
    await open?.writer.idle();
    await this.#store.close();
  }

  /** Takes a hypothesis in. One that is known already gets the new proposal and keeps all that happened. */
  async storeHypothesis(
    hypothesis: ImprovementHypothesisInput | HypothesisWithProposal,
  ): Promise<Experience> {
    const parsed = parseInput(ImprovementHypothesis, wholeHypothesis(hypothesis), "hypothesis");
    const state = await this.#write({ type: "hypothesis_stored", at: this.#clock.now(), hypothesis: parsed });
    return state.experience(parsed.hypothesisId);
  }

  /** Takes the result of a test in; the last one counts. Lessons are added to those there are. */
  async updateTestResults(update: {
    readonly hypothesisId: string;
    readonly testResult: TestResultInput;
    readonly lessons?: readonly string[];
  }): Promise<Experience> {
    const { hypothesisId, lessons } = update;
    const testResult = parseInput(TestResult, update.testResult, "test result");
    if (testResult.hypothesisId !== hypothesisId) {
      throw new SparkError(
        "invalid_input",
        `The test result is of hypothesis "${testResult.hypothesisId}", not of "${hypothesisId}".`,
      );
    }
    const state = await this.#write({
      type: "test_results_updated",
      at: this.#clock.now(),
      hypothesisId,
      testResult,
      ...(lessons === undefined ? {} : { lessons: parseInput(TestLessons, lessons, "lessons") }),
    });
    return state.experience(hypothesisId);
  }

  /**
   * Takes the outcome of a deployment in, in any shape {@link readOutcome} understands. Reports of one
   * deployment are merged; lessons and patterns are added to those there are. A rollback is never a success,
   * whatever `deployed` says.
   */
  async updateDeploymentOutcome(update: DeploymentOutcomeUpdate): Promise<Experience> {
    const parsed = parseInput(DeploymentOutcomeUpdate, update, "deployment outcome");
    const state = await this.#write({ type: "deployment_outcome_updated", at: this.#clock.now(), ...parsed });
    return state.experience(parsed.hypothesisId);
  }

  /** All that is remembered of one hypothesis. */
  async readExperience(hypothesisId: string): Promise<Experience> {
    return this.#state.experience(hypothesisId);
  }

  /** Newest first, by the time they were stored first; at most 100 where no limit is given. */
  async queryHypotheses(query: ExperienceQuery = {}): Promise<readonly Experience[]> {
    const { graphId, hypothesisType, status, deployed, limit } = parseInput(ExperienceQuery, query, "query");
    const facets = {
      graph: graphId,
      type: hypothesisType,
      status,
      deployed: deployed === undefined ? undefined : String(deployed),
    };
    return this.#state.experiences.newest(facets, limit);
  }

  /** What was deployed, kept, and left patterns; newest first, at most 10 where no limit is given. */
  async querySuccessfulPatterns(query: LessonQuery = {}): Promise<readonly SuccessfulPattern[]> {
    return this.#lessons("teaches", query, successfulPattern);
  }

  /** What failed its test or had to be taken back; newest first, at most 10 where no limit is given. */
  async queryFailurePatterns(query: LessonQuery = {}): Promise<readonly FailedPattern[]> {
    return this.#lessons("hasFailed", query, failedPattern);
  }

  /** Takes a pattern in. One that is known already keeps its counts. */
  async storePattern(pattern: PatternDefinitionInput): Promise<Pattern> {
    const parsed = parseInput(PatternDefinition, pattern, "pattern");
    const state = await this.#write({ type: "pattern_stored", at: this.#clock.now(), pattern: parsed });
    return state.pattern(parsed.patternId);
  }

  /** Best first, by {@link expectedPatternSuccessRate}, then by use; at most 10 where no limit is given. */
  async queryPatterns(query: PatternQuery = {}): Promise<readonly Pattern[]> {
    return bestPatterns(this.#state, parseInput(PatternQuery, query, "query"));
  }

  /** Counts one use of a pattern. */
  async updatePatternStats(use: PatternUse): Promise<Pattern> {
    const { patternId, success } = parseInput(PatternUse, use, "pattern use");
    const state = await this.#write({ type: "pattern_used", at: this.#clock.now(), patternId, success });
    return state.pattern(patternId);
  }

  getStats(): ExperienceStats {
    return experienceStats(this.#state);
  }

  /**
   * Adds an event to its deployment's log and returns it with its sequence. With a sequence given it is a
   * compare-and-set: where another event has taken the place, `SparkError("illegal_state")`. A writer without
   * the graph's lease is refused with `lease_held` or, where it had it once, `lease_lost`.
   */
  async appendDeploymentEvent(event: DeploymentEvent): Promise<LoggedDeploymentEvent> {
    const parsed = parseInput(DeploymentEvent, event, "deployment event");
    this.#opened.leases.refuseStale(parsed, this.#clock.now());
    const length = this.#state.deployments.get(parsed.deploymentId)?.state.length ?? 0;
    const logged = deepFreeze({ ...parsed, sequence: parsed.sequence ?? length });
    await this.#write({ type: "deployment_event", event: logged });
    return logged;
  }

  /**
   * Takes the lease of a graph's deployments, which one writer has at a time; the answer names the holder where
   * it is another's. While it lasts, deployment events of this graph are taken with its token only.
   */
  async takeLease(claim: LeaseClaim): Promise<LeaseAnswer> {
    const parsed = parseInput(LeaseClaim, claim, "lease claim");
    return this.#opened.leases.take(parsed, this.#clock.now());
  }

  /** Makes a lease last for another `ttlSeconds`. False where somebody else has taken it. */
  async renewLease(renewal: LeaseRenewal): Promise<boolean> {
    return this.#opened.leases.renew(renewal, this.#clock.now());
  }

  /** Lets go of a lease, so that another writer need not wait for its expiry. */
  async releaseLease(lease: Pick<Lease, "graphId" | "token">): Promise<void> {
    this.#opened.leases.letGo(lease);
  }

  /** The log of a deployment, first event first. */
  async readDeployment(deploymentId: string): Promise<readonly LoggedDeploymentEvent[]> {
    return eventsOf(this.#state.deployment(deploymentId));
  }

  /** The deployments without an ending, first started first. */
  async openDeployments(): Promise<readonly OpenDeployment[]> {
    return this.#state.deployments
      .newest({ open: "true" })
      .toReversed()
      .map(({ state }) => state)
      .filter((state) => state.phase === "open");
  }

  /** Keeps a version. What is known of it stays; only its outcome follows the last report. */
  async storeVersion(version: VersionRecordInput): Promise<VersionRecord> {
    const at = this.#clock.now();
    const parsed = parseInput(VersionRecord, { storedAt: at, ...version }, "version");
    const state = await this.#write({ type: "version_stored", at, version: parsed });
    return state.version(parsed.versionId);
  }

  async readVersion(versionId: string): Promise<VersionRecord> {
    return this.#state.version(versionId);
  }

  /** Newest first; at most 100 where no limit is given. */
  async queryVersions(query: {
    readonly graphId: string;
    readonly limit?: number;
  }): Promise<readonly VersionRecord[]> {
    return this.#state.versions.newest({ graph: query.graphId }, query.limit ?? 100);
  }

  /** The version and its ancestors, newest first, as far as they are stored. */
  async lineage(versionId: string): Promise<readonly VersionRecord[]> {
    return lineageOf(this.#state, versionId);
  }

  /** `versionId` of what the deployments of a graph have left in service; `undefined` before the first ended. */
  async activeVersion(graphId: string): Promise<string | undefined> {
    return activeVersionId(this.#state, graphId);
  }

  /**
   * Forgets the versions of a graph that nothing needs, and returns their ids. Kept are the newest `keep`,
   * what is in service or being deployed, and all ancestors of these.
   */
  async pruneVersions(options: VersionPruning): Promise<readonly string[]> {
    const versionIds = prunableVersions(this.#state, parseInput(VersionPruning, options, "pruning"));
    if (versionIds.length > 0) {
      await this.#write({ type: "versions_pruned", at: this.#clock.now(), versionIds });
    }
    return versionIds;
  }

  /** Takes a question to a person in. An id is used once. */
  async storeReview(review: ReviewRequest): Promise<ReviewRequest> {
    const parsed = parseInput(ReviewRequest, review, "review request");
    refuseReplacing(this.#state.reviews.get(parsed.requestId), parsed.requestId);
    await this.#write({ type: "review_stored", at: this.#clock.now(), review: parsed });
    return parsed;
  }

  async readReview(requestId: string): Promise<ReviewRequest> {
    return this.#state.review(requestId);
  }

  /** Newest first. */
  async queryReviews(query: { readonly status?: ReviewStatus } = {}): Promise<readonly ReviewRequest[]> {
    return this.#state.reviews.newest(query);
  }

  /** Answers a question. Of two answers the first counts; after the expiry none does. */
  async decideReview(decision: ReviewDecisionInput): Promise<ReviewAnswer> {
    const parsed = parseInput(ReviewDecision, decision, "review decision");
    const at = this.#clock.now();
    const known = this.#state.review(parsed.requestId);
    const answer = answerReview(known, parsed, at);
    if (answer.review !== known) {
      await this.#write({ type: "review_stored", at, review: answer.review });
    }
    return deepFreeze(answer);
  }

  /** Makes a change and gives the state it was made in, which a `close` meanwhile does not take away. */
  async #write(change: StoreChange): Promise<ExperienceState> {
    const { state, writer } = this.#opened;
    await writer.write(change);
    return state;
  }

  async #load(): Promise<void> {
    try {
      const state = await this.#store.load();
      const writer = new Writer(state, this.#store);
      this.#open = { state, writer, leases: new LeaseDesk(state, writer) };
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  #lessons<Lesson>(
    facet: "teaches" | "hasFailed",
    query: LessonQuery,
    lessonOf: (row: Experience) => Lesson,
  ): readonly Lesson[] {
    const { graphId, hypothesisType, limit } = parseInput(LessonQuery, query, "query");
    const facets = { [facet]: "true", graph: graphId, type: hypothesisType };
    return this.#state.experiences.newest(facets, limit).map(lessonOf);
  }

  get #state(): ExperienceState {
    return this.#opened.state;
  }

  get #opened() {
    if (this.#open) return this.#open;
    throw new SparkError(
      "illegal_state",
      "The experience database is not open. Call initialize() first, and nothing after close().",
    );
  }
}
