import type { ShadowReport } from "@spark/rsi-deploy";
import { count } from "./quantities.ts";

/** What a shadow has compared: pairs by what they came to, and where they first differ. Pure. */
export function shadowTexts({
  pairs,
  firstDifferences,
  dropped,
  notCopied,
}: ShadowReport): readonly string[] {
  const { equal, equivalent, different, candidate_error: failed, not_comparable: incomparable } = pairs;
  const skipped = dropped + notCopied;
  return [
    `${count(equal + equivalent + different + failed)} compared: ${count(equal)} equal, ` +
      `${count(equivalent)} with the same result, ${count(different)} different, ` +
      `${count(failed)} failed on the candidate alone`,
    ...(incomparable === 0
      ? []
      : [
          `${count(incomparable)} not comparable: the live run failed, or the candidate wanted to act where it had not`,
        ]),
    ...(skipped === 0 ? [] : [`${count(skipped)} not repeated, so that no live run had to wait`]),
    ...firstDifferences.map(
      ({ nodeId, pairs: differing }) => `first different at node ${nodeId}: ${count(differing)}`,
    ),
  ];
}
