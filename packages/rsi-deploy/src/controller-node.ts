import { Node, type NodeContext, type RunOptions } from "@spark/graph";
import { type DeploymentEvent, foldDeployment } from "@spark/rsi-model";
import type { Observable, Subscription } from "rxjs";
import type { Command, CommandResult } from "./command.ts";
import { concludeRefused } from "./conclude.ts";
import { type DeploymentControllerOptions, environmentOf, targetOf } from "./controller-options.ts";
import { deployHypothesis } from "./deploy-hypothesis.ts";
import type { DeploymentConfig } from "./deployment-config.ts";
import { DeploymentHistory } from "./deployment-history.ts";
import type { DeploymentResult } from "./deployment-result.ts";
import type { Environment } from "./environment.ts";
import { messageOf } from "./error-message.ts";
import { Inbox } from "./inbox.ts";
import { Journal } from "./journal.ts";
import type { ProgressEvent } from "./progress.ts";
import { ProgressDesk } from "./progress-desk.ts";
import { type RecoveredDeployment, recoverDeployment } from "./recover-deployment.ts";
import { returnToVersion, type ReturnResult } from "./return-to-version.ts";
import { type DeploymentRequestInput, hypothesisIn } from "./steps/validate.ts";

/** What came of asking for a retry; `done` resolves as `run` does. */
export type RetryResult =
  | { readonly ok: true; readonly done: Promise<DeploymentResult> }
  | { readonly ok: false; readonly reason: string };

/** A deployment under way. */
interface ActiveDeployment {
  readonly deploymentId: string;
  readonly inbox: Inbox;
  readonly done: Promise<DeploymentResult>;
  readonly request: unknown;
}

/**
 * Deploys tested hypotheses to a live graph, watches them on real runs, and keeps them or takes them back.
 *
 * A node like any other: `run` takes `{ hypothesis, testResult, baselineSpec?, approval? }` and gives a
 * {@link DeploymentResult} when the deployment has ended. Refusals, rollbacks and aborts are results, not
 * errors. One deployment at a time; `onConflict` says what happens to the next one.
 *
 * @example
 * const controller = new DeploymentControllerNode({ target: live, deploymentConfig: { strategy: "canary" } });
 * const result = await controller.run({ hypothesis, testResult });
 * if (!result.success) console.log(result.error);
 */
export class DeploymentControllerNode extends Node<DeploymentRequestInput, DeploymentResult> {
  /**
   * What happens, while it happens. Never errors; completes with `close`. What an observer throws or rejects with
   * disturbs nothing: it is an `observer_failed`.
   */
  readonly progress$: Observable<ProgressEvent>;
  readonly config: DeploymentConfig;
  readonly #environment: Environment;
  readonly #desk: ProgressDesk;
  readonly #observing: Subscription;
  readonly #history = new DeploymentHistory();
  #active: ActiveDeployment | undefined;
  /** The last one in the line of those that wait, and when the line has moved on to its end. */
  #lastWaiting: string | undefined;
  #line: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** Throws `invalid_config`, naming every field that does not fit. */
  constructor(options: DeploymentControllerOptions) {
    const target = targetOf(options);
    super(options.name ?? "DeploymentController");
    const { hooks = [], clock = target.clock } = options;
    this.#desk = new ProgressDesk({ hooks, clock });
    this.progress$ = this.#desk.progress$;
    this.#environment = environmentOf(options, {
      publish: (event) => this.#desk.tell(event),
      onLeaseLost: (reason) => this.#standDown(reason),
    });
    this.config = this.#environment.config;
    this.#observing = this.#environment.recent.observe(target.runs$);
  }

  /** The deployment under way, if there is one. */
  get active(): string | undefined {
    return this.#active?.deploymentId;
  }

  override process(inputs: DeploymentRequestInput, context: NodeContext): Promise<DeploymentResult> {
    return this.#deploy(inputs, context.signal);
  }

  /** Deploys one hypothesis. When the signal aborts, the baseline is put back and the result says so. */
  override run(inputs: DeploymentRequestInput, options: RunOptions = {}): Promise<DeploymentResult> {
    return this.#deploy(inputs, options.signal);
  }

  /** Ends the stage as passed, or with `all` everything that is left. `expectedStage` guards a late click. */
  promote(
    deploymentId: string,
    by: string,
    options: { readonly all?: boolean; readonly expectedStage?: number; readonly reason?: string } = {},
  ): Promise<CommandResult> {
    const { all = false, expectedStage, reason } = options;
    return this.#command(deploymentId, {
      type: "promote",
      scope: all ? "all" : "stage",
      by,
      ...(expectedStage === undefined ? {} : { expectedStage }),
      ...(reason === undefined ? {} : { reason }),
    });
  }

  /** Keeps the stage from ending well; its guards go on. What is left of its time is left after `resume`. */
  pause(deploymentId: string, by: string, reason?: string): Promise<CommandResult> {
    return this.#command(deploymentId, { type: "pause", by, ...(reason === undefined ? {} : { reason }) });
  }

  resume(deploymentId: string, by: string, reason?: string): Promise<CommandResult> {
    return this.#command(deploymentId, { type: "resume", by, ...(reason === undefined ? {} : { reason }) });
  }

  /** Puts the baseline back. Nothing happens where the deployment is not under way. */
  abort(deploymentId: string, by: string, reason?: string): Promise<CommandResult> {
    return this.#command(deploymentId, { type: "abort", by, ...(reason === undefined ? {} : { reason }) });
  }

  /**
   * Deploys an ended deployment's hypothesis once more, with the same test result, judged anew by what is live
   * now. A value where there is nothing to retry.
   */
  retry(deploymentId: string, options: RunOptions = {}): RetryResult {
    const ended = this.#history.find(deploymentId);
    if (ended === undefined) return { ok: false, reason: `deployment ${deploymentId} is not known here` };
    if (ended.result.success) return { ok: false, reason: `deployment ${deploymentId} was completed` };
    return { ok: true, done: this.#deploy(ended.request, options.signal) };
  }

  /**
   * Puts an earlier version back in service that is still kept ready (`keepVersions`), at once, and records who
   * and why. The deployment that is undone counts as rolled back.
   */
  async rollbackTo(
    versionId: string,
    decided: { readonly by: string; readonly reason: string },
  ): Promise<ReturnResult> {
    const deploymentId = this.#environment.ids.next("deploy");
    const claim = this.#environment.target.claim(deploymentId);
    if (!claim.ok) return { ok: false, reason: `deployment ${claim.owner} is under way; abort it first` };
    try {
      const { plan } = this.#environment.target;
      const undone = plan.kind === "all" ? this.#history.deployerOf(plan.version) : undefined;
      return await returnToVersion({ deploymentId, versionId, ...decided, undone }, this.#environment);
    } finally {
      this.#environment.lease.release();
      claim.release();
    }
  }

  /** The last deployments this controller has ended, newest first; all of them are in the log. */
  deployments(): readonly DeploymentResult[] {
    return this.#history.results;
  }

  /**
   * To be called once at the start, when the live graph is served by what `activeVersion` of the database says.
   * Goes on with the deployment another process has left open: in its stage, with its buckets, counts, gates
   * and what was left of its time; or records why that cannot be, and the baseline serves. Calling it again
   * changes nothing. Resolves when they are under way, `done` of each when it has ended.
   *
   * Throws `lease_held` with the holder's name where another controller decides about this graph.
   */
  async recover(): Promise<readonly RecoveredDeployment[]> {
    const { log, target, lease } = this.#environment;
    if (log === undefined) return [];
    const recovered: RecoveredDeployment[] = [];
    try {
      for (const { deploymentId, started } of await log.openDeployments()) {
        if (started.graphId !== target.graphId || this.#active !== undefined) continue;
        await lease.take();
        // Only now nobody else adds to it.
        const events = await log.readDeployment(deploymentId);
        const one = this.#takeUp(events, started.request);
        if (one === undefined) continue;
        recovered.push(one);
        if (!one.resumed) await one.done;
      }
    } finally {
      if (this.#active === undefined) lease.release();
    }
    return recovered;
  }

  /** Nothing where it has ended meanwhile, or another one is under way by now. */
  #takeUp(events: readonly DeploymentEvent[], request: unknown): RecoveredDeployment | undefined {
    const open = foldDeployment(events);
    if (open.phase === "ended") return undefined;
    const { deploymentId } = open;
    const claim = this.#environment.target.claim(deploymentId);
    if (!claim.ok) return undefined;
    const inbox = new Inbox();
    const one = recoverDeployment({ open, events }, this.#environment, inbox);
    const done = this.#follow({ deploymentId, inbox, done: one.done, request }, claim.release);
    return { ...one, done };
  }

  /**
   * Aborts what is under way, stops observing the live graph, and completes `progress$`. What waits in line is
   * refused, and so is whatever comes later.
   */
  async close(): Promise<void> {
    this.#closed = true;
    const active = this.#active;
    if (active !== undefined) {
      await this.abort(active.deploymentId, "controller", "the controller was closed");
      await active.done;
    }
    await this.#line;
    await this.#environment.lease.released();
    this.#observing.unsubscribe();
    this.#desk.close();
  }

  /** Another controller decides by now: the baseline serves, and that one records what becomes of it. */
  #standDown(reason: string): void {
    const active = this.#active;
    if (active !== undefined) void this.abort(active.deploymentId, "controller", reason);
  }

  #command(deploymentId: string, command: Command): Promise<CommandResult> {
    if (this.#active?.deploymentId === deploymentId) return this.#active.inbox.push(command);
    return Promise.resolve({ ok: false, reason: `deployment ${deploymentId} is not under way` });
  }

  async #deploy(inputs: unknown, signal: AbortSignal | undefined): Promise<DeploymentResult> {
    const deploymentId = this.#environment.ids.next("deploy");
    const start = (): Promise<DeploymentResult> => this.#start(deploymentId, inputs, signal);
    if (this.#closed) return this.#refuseAsClosed(deploymentId, inputs);
    const ahead = this.#active?.deploymentId ?? this.#lastWaiting;
    if (ahead === undefined) return start();
    if (this.config.onConflict === "reject") {
      return this.#refuse(deploymentId, inputs, `deployment ${ahead} of this graph is under way`);
    }
    const supersedes = this.config.onConflict === "supersede";
    // In line first: what waits there learns from it, when its turn comes, that there is something newer.
    const turn = this.#inTurn(deploymentId, () => {
      if (this.#closed) return this.#refuseAsClosed(deploymentId, inputs);
      const newer = supersedes ? this.#lastWaiting : undefined;
      return newer === undefined ? start() : this.#refuse(deploymentId, inputs, `superseded by ${newer}`);
    });
    if (supersedes) await this.abort(ahead, "controller", `superseded by ${deploymentId}`);
    return turn;
  }

  #refuseAsClosed(deploymentId: string, inputs: unknown): Promise<DeploymentResult> {
    return this.#refuse(deploymentId, inputs, "the controller is closed");
  }

  /** Runs `work` when everything that came before has ended. */
  async #inTurn<T>(deploymentId: string, work: () => Promise<T>): Promise<T> {
    const { progress, clock } = this.#environment;
    const behind = this.#lastWaiting ?? this.#active?.deploymentId;
    if (behind !== undefined) progress({ type: "queued", deploymentId, at: clock.now(), behind });
    this.#lastWaiting = deploymentId;
    const before = this.#line;
    const turn = (async () => {
      await before;
      if (this.#lastWaiting === deploymentId) this.#lastWaiting = undefined;
      return work();
    })();
    this.#line = turn.catch(() => undefined);
    return turn;
  }

  #start(deploymentId: string, inputs: unknown, signal: AbortSignal | undefined): Promise<DeploymentResult> {
    const claim = this.#environment.target.claim(deploymentId);
    if (!claim.ok) {
      return this.#refuse(
        deploymentId,
        inputs,
        `${claim.owner} of another controller is under way on this graph`,
      );
    }
    const inbox = new Inbox();
    const onAbort = (): void =>
      void inbox.push({ type: "abort", by: "signal", reason: String(signal?.reason ?? "aborted") });
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
    const deploy = () => deployHypothesis(inputs, this.#environment, { deploymentId, inbox });
    const { lease } = this.#environment;
    const done = lease.isReady
      ? deploy()
      : lease.take().then(deploy, (error: unknown) => this.#refuse(deploymentId, inputs, messageOf(error)));
    return this.#follow({ deploymentId, inbox, done, request: inputs }, () => {
      signal?.removeEventListener("abort", onAbort);
      claim.release();
    });
  }

  /** Keeps a deployment as the active one until it has ended. */
  async #follow(active: ActiveDeployment, release: () => void): Promise<DeploymentResult> {
    this.#active = active;
    // Where somebody waits, the end of the line is theirs.
    if (this.#lastWaiting === undefined) this.#line = active.done.catch(() => undefined);
    try {
      const result = await active.done;
      this.#history.add({ request: active.request, result });
      return result;
    } finally {
      active.inbox.close();
      release();
      this.#environment.lease.release();
      this.#active = undefined;
    }
  }

  #refuse(deploymentId: string, inputs: unknown, reason: string): Promise<DeploymentResult> {
    const journal = new Journal(this.#environment, { deploymentId });
    return concludeRefused(
      { deploymentId, reasons: [reason], hypothesis: hypothesisIn(inputs), testResult: undefined },
      this.#environment,
      journal,
    );
  }
}
