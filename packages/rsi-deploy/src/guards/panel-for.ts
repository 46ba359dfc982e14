import type { LiveGraph } from "@spark/graph";
import type { Rollout } from "../rollout.ts";
import { DeferredRuns, DeferringPanel } from "./deferring-panel.ts";
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
  target: Pick<LiveGraph, "underWay">,
  userGuards: readonly UserGuard[],
): DeferringPanel {
  const { config, setup, baseline, candidate, baselineBefore: before } = rollout;
  const stable = target.underWay(baseline.versionId);
  const next = target.underWay(candidate.versionId);
  const deferred = new DeferredRuns();
  const traffic = {
    underWay: () => ({ baseline: stable.size, candidate: next.size }),
    candidateSettledUpTo: () => deferred.countedUpTo(next.settledUpTo),
    settledUpTo: () => deferred.countedUpTo(Math.min(stable.settledUpTo, next.settledUpTo)),
  };
  const from = traffic.settledUpTo();
  const { minimumFailures, onSampleRatioMismatch: severity } = config;
  const panel =
    setup === undefined
      ? new ThresholdPanel(config, before, userGuards)
      : new SequentialPanel(setup, traffic, { rules: guardRules(config, userGuards), from, minimumFailures });
  const ratio = new SampleRatio({
    severity,
    checks: checksOf(config, rollout.stages),
    from,
    settledUpTo: traffic.settledUpTo,
  });
  return new DeferringPanel(new SampleRatioPanel(panel, ratio), deferred);
}
