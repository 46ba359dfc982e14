import type { ExperienceState } from "./experience-state.ts";

/** How much is remembered. Counts by type and status leave out what does not occur. */
export interface ExperienceStats {
  readonly totalHypotheses: number;
  /** In service, as last reported. */
  readonly deployedCount: number;
  readonly testedCount: number;
  /** Deployed and kept. */
  readonly successfulCount: number;
  readonly rolledBackCount: number;
  readonly totalPatterns: number;
  readonly totalDeployments: number;
  readonly openDeployments: number;
  readonly totalVersions: number;
  readonly hypothesisTypes: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  readonly graphs: Readonly<Record<string, number>>;
}

/** Read off the indexes: the cost does not depend on how much is stored. */
export function experienceStats(state: ExperienceState): ExperienceStats {
  const { experiences, patterns, deployments, versions } = state;
  return {
    totalHypotheses: experiences.size,
    deployedCount: experiences.count("deployed", "true"),
    testedCount: experiences.count("tested", "true"),
    successfulCount: experiences.count("succeeded", "true"),
    rolledBackCount: experiences.count("status", "rolled_back"),
    totalPatterns: patterns.size,
    totalDeployments: deployments.size,
    openDeployments: deployments.count("open", "true"),
    totalVersions: versions.size,
    hypothesisTypes: experiences.counts("type"),
    statuses: experiences.counts("status"),
    graphs: experiences.counts("graph"),
  };
}
