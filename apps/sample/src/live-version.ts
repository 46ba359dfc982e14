import { type GraphVersion, type LiveGraph, SparkError } from "@spark/graph";

type Target = Pick<LiveGraph<never>, "plan" | "versions">;

/** The version that serves, or that everything goes back to while the traffic is split. */
export function liveVersion({ plan, versions }: Target): GraphVersion {
  const id = plan.kind === "all" ? plan.version : plan.kind === "split" ? plan.stable : plan.live;
  const version = versions.find(({ versionId }) => versionId === id);
  if (version === undefined)
    throw new SparkError("unknown_version", `Version ${id} serves and is not installed.`);
  return version;
}

/** Who serves, in words: `1.0.0`, or `1.0.0 90 % + 1.1.0 10 %`. */
export function servingText(target: Target): string {
  const { plan, versions } = target;
  const { label } = liveVersion(target);
  if (plan.kind !== "split") return label;
  const candidate = versions.find(({ versionId }) => versionId === plan.candidate)?.label ?? plan.candidate;
  const percent = Math.round(plan.candidateShare * 100);
  return `${label} ${100 - percent} % + ${candidate} ${percent} %`;
}
