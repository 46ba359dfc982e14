import type { Experience } from "@spark/rsi-model";

const unended = new Set<Experience["status"]>(["proposed", "test_pending", "test_running", "in_progress"]);

/** True where it is not known yet what came of it: one that has passed its test is still to be deployed. */
export function isOpen({ status }: Experience): boolean {
  return unended.has(status) || status === "test_passed";
}

/** How each kind of hypothesis may end; any may also be called off or passed over. */
const endings: Readonly<Record<string, readonly Experience["status"][]>> = {
  forbidden: ["rejected"],
  worse: ["test_failed"],
  fragile: ["rolled_back"],
  sound: ["completed"],
  risky: ["completed"],
};

/** What is wrong with the record of a hypothesis that should have ended. */
export function endingFaults(experience: Experience): readonly string[] {
  const { hypothesisId, status, outcome, deployed, lessons, proposal } = experience;
  const { rationale } = proposal;
  const name = `${hypothesisId} (${rationale}, ${status})`;
  if (isOpen(experience)) return [`${name} was left without an ending`];
  const reason =
    outcome?.rollbackReason ?? outcome?.failureReason ?? experience.testResult?.recommendations[0];
  const other = status === "aborted" || status === "rejected" || status === "test_inconclusive";
  return [
    ...(other || endings[rationale]?.includes(status) === true ? [] : [`${name} must not end so`]),
    ...(status === "completed" || reason !== undefined ? [] : [`${name} does not say why`]),
    ...(status === "aborted" || lessons.length > 0 ? [] : [`${name} has taught nothing`]),
    ...(status === "rejected" && outcome?.extra?.["phase"] === undefined
      ? [`${name} does not say where it was stopped`]
      : []),
    ...(deployed === (status === "completed") ? [] : [`${name} is said to be deployed: ${deployed}`]),
  ];
}
