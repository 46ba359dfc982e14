import type { LiveGraph } from "@spark/graph";
import type { Rollout } from "../rollout.ts";
import type { GuardPanel } from "./guard-panel.ts";
import { guardRules } from "./guard-rule.ts";
import { checksOf } from "./guard-setup.ts";
import { SampleRatio } from "./sample-ratio.ts";
import { SampleRatioPanel } from "./sample-ratio-panel.ts";
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
  const [stable, next] = [baseline.versionId, candidate.versionId];
  const traffic = {
    underWay: () => ({ baseline: target.inFlight(stable), candidate: target.inFlight(next) }),
    candidateSettledUpTo: () => target.settledUpTo(next),
    settledUpTo: () => Math.min(target.settledUpTo(stable), target.settledUpTo(next)),
  };
  const from = traffic.settledUpTo();
  const { minimumFailures, onSampleRatioMismatch: severity } = config;
  const panel =
    setup === undefined
      ? new ThresholdPanel(config, before, userGuards)
      : new SequentialPanel(setup, traffic, { rules: guardRules(config, userGuards), from, minimumFailures });
  const ratio = new SampleRatio({ severity, checks: checksOf(config, rollout.stages), from });
  return new SampleRatioPanel(panel, ratio, traffic.settledUpTo);
}
