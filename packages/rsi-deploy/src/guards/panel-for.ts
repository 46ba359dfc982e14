import type { LiveGraph } from "@spark/graph";
import type { Rollout } from "../rollout.ts";
import type { GuardPanel } from "./guard-panel.ts";
import { guardRules } from "./guard-rule.ts";
import { SequentialPanel } from "./sequential-panel.ts";
import { ThresholdPanel } from "./threshold-panel.ts";
import type { UserGuard } from "./user-guard.ts";

/** The guards of a rollout, as its configuration decides. */
export function panelFor(
  rollout: Rollout,
  target: Pick<LiveGraph, "inFlight" | "settledUpTo">,
  userGuards: readonly UserGuard[],
): GuardPanel {
  const { config, setup, baseline, candidate, baselineBefore: before } = rollout;
  const rules = guardRules(config, userGuards);
  if (setup === undefined) return new ThresholdPanel(config, before, userGuards);
  const [stable, next] = [baseline.versionId, candidate.versionId];
  const traffic = {
    underWay: () => ({ baseline: target.inFlight(stable), candidate: target.inFlight(next) }),
    candidateSettledUpTo: () => target.settledUpTo(next),
    settledUpTo: () => Math.min(target.settledUpTo(stable), target.settledUpTo(next)),
  };
  return new SequentialPanel(setup, traffic, { rules, from: 0, minimumFailures: config.minimumFailures });
}
