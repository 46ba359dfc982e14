import {
  type Clock,
  GraphSpec,
  type NodeContext,
  type RunRecord,
  SparkError,
  systemClock,
} from "@spark/graph";
import { DiagnosticReport } from "@spark/rsi-model";
import { z } from "zod";
import { ContractNode } from "../contract-node.ts";
import { analyzeRuns, hasIssues } from "./analyze-runs.ts";
import { AnalyzerConfig, type AnalyzerConfigInput } from "./analyzer-config.ts";

/** Where runs are remembered. `RunLog` satisfies it. */
export interface RunSource {
  /** Runs that started at `since` or later (milliseconds since the Unix epoch), of one version where it is given. */
  recent(query: { readonly versionId?: string; readonly since?: number }): readonly RunRecord[];
}

const runRecord = z.custom<RunRecord>(
  (value) => typeof value === "object" && value !== null && "startedAt" in value && "nodes" in value,
  { error: "expected a run record" },
);

/** Which runs are to be analysed. Times are milliseconds since the Unix epoch. */
export const AnalysisRequest = z
  .strictObject({
    graphId: z.string().min(1),
    /** `versionId` of the version to look at; runs of all versions count where it is left out. */
    graphVersion: z.string().min(1).exactOptional(),
    /** @default `analysisWindowHours` before `endTime` */
    startTime: z.number().nonnegative().exactOptional(),
    /** @default now */
    endTime: z.number().nonnegative().exactOptional(),
    /** The spec the runs are of; with it parallel branches are told apart from a sequence. */
    spec: GraphSpec.exactOptional(),
    /** The runs themselves, where they are not taken from the node's source. */
    runs: z.array(runRecord).readonly().exactOptional(),
  })
  .refine(({ startTime = 0, endTime = Infinity }) => startTime <= endTime, {
    error: "expected startTime to be no later than endTime",
    path: ["startTime"],
  })
  .readonly();
export type AnalysisRequest = z.infer<typeof AnalysisRequest>;

/** The report, or why there is none. */
export const Analysis = z
  .discriminatedUnion("analyzed", [
    z.strictObject({ analyzed: z.literal(true), hasIssues: z.boolean(), report: DiagnosticReport }),
    z.strictObject({ analyzed: z.literal(false), hasIssues: z.literal(false), reason: z.string() }),
  ])
  .readonly();
export type Analysis = z.infer<typeof Analysis>;

/**
 * Says how a graph does and what holds it back, from the records of its own runs: this graph, this version,
 * this window.
 *
 * @example
 * const analyzer = new PerformanceAnalyzerNode({ source: runLog });
 * const analysis = await analyzer.run({ graphId: "support" });
 */
export class PerformanceAnalyzerNode extends ContractNode<typeof AnalysisRequest, typeof Analysis> {
  readonly #source: RunSource | undefined;
  readonly #config: AnalyzerConfig;
  readonly #clock: Clock;

  /** @param options.source - Where the runs come from when a request does not bring its own. */
  constructor(
    options: {
      readonly source?: RunSource;
      readonly config?: AnalyzerConfigInput;
      readonly clock?: Clock;
      readonly name?: string;
    } = {},
  ) {
    super(options.name ?? "PerformanceAnalyzer", { input: AnalysisRequest, output: Analysis });
    this.#source = options.source;
    this.#config = AnalyzerConfig.parse(options.config ?? {});
    this.#clock = options.clock ?? systemClock;
  }

  protected override work(request: AnalysisRequest, _context: NodeContext): Analysis {
    const now = this.#clock.now();
    const { graphId, graphVersion, spec } = request;
    const { analysisWindowHours, minExecutions } = this.#config;
    const endMs = request.endTime ?? now;
    const startMs = request.startTime ?? Math.max(0, endMs - analysisWindowHours * 3_600_000);
    const records = this.#runs(request, startMs).filter(
      (record) =>
        record.graphId === graphId &&
        (graphVersion === undefined || record.versionId === graphVersion) &&
        record.startedAt >= startMs &&
        record.startedAt <= endMs,
    );
    if (records.length < minExecutions) {
      return {
        analyzed: false,
        hasIssues: false,
        reason:
          `too few runs of ${graphId}${graphVersion === undefined ? "" : ` (${graphVersion})`} in the window: ` +
          `${records.length}, at least ${minExecutions} are needed`,
      };
    }
    const report = analyzeRuns(
      records,
      {
        graphId,
        graphVersion: graphVersion ?? soleVersion(records) ?? "unknown",
        period: { startMs, endMs },
        generatedAtMs: now,
        spec,
      },
      this.#config,
    );
    return { analyzed: true, hasIssues: hasIssues(report, this.#config), report };
  }

  #runs({ runs, graphVersion }: AnalysisRequest, since: number): readonly RunRecord[] {
    if (runs !== undefined) return runs;
    if (this.#source === undefined) {
      throw new SparkError(
        "invalid_input",
        `${this.name} has no runs to look at: pass runs with the request, or a source (a RunLog) to the node.`,
      );
    }
    return this.#source.recent({ since, ...(graphVersion === undefined ? {} : { versionId: graphVersion }) });
  }
}

function soleVersion(records: readonly RunRecord[]): string | undefined {
  const versions = new Set(records.map(({ versionId }) => versionId));
  return versions.size === 1 ? [...versions][0] : undefined;
}
