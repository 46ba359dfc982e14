import { type HypothesisModel, ruledOut } from "@spark/rsi";
import type { DiagnosticReport } from "@spark/rsi-model";

/** What a model was given to think about, and how much it made of it. */
export interface Thought {
  readonly report: DiagnosticReport;
  /** What earlier cycles recommend. */
  readonly patterns: readonly string[];
  /** Why changes that were tried must not be proposed again. */
  readonly ruledOut: readonly string[];
  readonly proposals: number;
}

/** The same model; tells what it was given each time it is asked. */
export function toldModel(model: HypothesisModel, tell: (thought: Thought) => void): HypothesisModel {
  return {
    name: model.name,
    propose: async (request) => {
      const proposals = await model.propose(request);
      const { report, patterns, tried, baseline } = request;
      tell({
        report,
        patterns: patterns.map(({ recommendation }) => recommendation),
        ruledOut: tried.flatMap((experience) => ruledOut(experience, baseline.versionId) ?? []),
        proposals: proposals.length,
      });
      return proposals;
    },
  };
}
