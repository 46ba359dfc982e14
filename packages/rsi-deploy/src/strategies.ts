import type { DeploymentConfig } from "./deployment-config.ts";
import type { Stage } from "./stage.ts";

/**
 * The stages of each strategy. A strategy is no more than this: one procedure runs them all, and a new one
 * is a new line here and its name in `DeploymentConfig`.
 */
const strategies: Record<DeploymentConfig["strategy"], (config: DeploymentConfig) => readonly Stage[]> = {
  direct: ({ holdbackShare }) => [{ kind: "watch", share: 1 - holdbackShare }],
  canary: (config) => canaryShares(config).map((share) => ({ kind: "watch", share })),
  shadow: (config) => [
    { kind: "mirror", share: config.shadowShare },
    ...(config.shadowThen === "stop" ? [] : strategies[config.shadowThen](config)),
  ],
  stages: ({ stages = [] }) => stages,
};

/** What a deployment with this configuration goes through, in order. */
export function stagesOf(config: DeploymentConfig): readonly Stage[] {
  return strategies[config.strategy](config);
}

/** `canaryPercentage` goes first where it is given; stages it has overtaken are left out. */
function canaryShares({ canaryStages, canaryPercentage }: DeploymentConfig): readonly number[] {
  if (canaryPercentage === undefined) return canaryStages;
  return [canaryPercentage, ...canaryStages.filter((share) => share > canaryPercentage)];
}
