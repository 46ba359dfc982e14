import { canonicalJson, type JsonObject } from "@spark/graph";
import type { Experience, HypothesisType } from "@spark/rsi-model";
import { z } from "zod";

/**
 * What kind of change an experience is about; a pattern holds for every change whose context has all of its
 * values. What is absent restricts nothing.
 */
export const ChangeContext = z.object({
  hypothesisType: z.string().exactOptional(),
  /** Type of the first change. */
  changeType: z.string().exactOptional(),
  /** Type of the node that is changed; the same in every graph. */
  nodeType: z.string().exactOptional(),
  configPath: z.string().exactOptional(),
  /** `lower` or `higher`, for numbers. */
  direction: z.string().exactOptional(),
  replacementType: z.string().exactOptional(),
});
export type ChangeContext = z.infer<typeof ChangeContext>;

const detailKeys = ["nodeType", "configPath", "direction", "replacementType"] as const;

/** The context of a proposal, as exactly as it is known. */
export function contextOf(proposal: {
  readonly hypothesisType: HypothesisType;
  readonly changes: readonly { readonly type: string }[];
  /** What the proposal was derived from. */
  readonly evidence: JsonObject;
}): ChangeContext {
  const { hypothesisType, changes, evidence } = proposal;
  const details = detailKeys.flatMap((key) => {
    const value = evidence[key];
    return typeof value === "string" ? [[key, value] as const] : [];
  });
  const [first] = changes;
  return {
    hypothesisType,
    ...(first === undefined ? {} : { changeType: first.type }),
    ...Object.fromEntries(details),
  };
}

/** The context of an experience. */
function contextOfExperience({ hypothesisType, proposal }: Experience): ChangeContext {
  return contextOf({ hypothesisType, changes: proposal.changes, evidence: proposal.diagnosticEvidence });
}

/** The contexts an experience teaches about: its type as a whole, and, where more is known, just its kind. */
export function lessonContexts(experience: Experience): readonly ChangeContext[] {
  const broad = { hypothesisType: experience.hypothesisType };
  const exact = contextOfExperience(experience);
  return exact.nodeType === undefined ? [broad] : [broad, exact];
}

/** How many values of the context a pattern is about; `undefined` where one of them is another. */
export function specificity(pattern: ChangeContext, context: ChangeContext): number | undefined {
  const wanted = Object.entries(pattern);
  const given = context as Readonly<Record<string, unknown>>;
  return wanted.every(([key, value]) => given[key] === value) ? wanted.length : undefined;
}

/** The same text for the same context. */
export function contextKey(context: ChangeContext): string {
  return canonicalJson(context);
}
