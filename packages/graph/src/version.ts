import { soundSpec } from "./sound-spec.ts";
import { SparkError } from "./spark-error.ts";
import type { GraphSpec, GraphSpecInput } from "./spec.ts";
import { specDigest } from "./spec-digest.ts";

/**
 * An immutable version of a graph.
 *
 * `versionId` is a hash of the content: two specs that say the same have the same id, whoever made them.
 * `spec` is deeply frozen. `parent` is the `versionId` this one was made from.
 */
export interface GraphVersion {
  readonly versionId: string;
  /** A name for people, `major.minor.patch`; `1.0.0` for a graph's first version. */
  readonly label: string;
  readonly spec: GraphSpec;
  readonly parent?: string;
}

/** Where a version comes from: from no other, from one at hand, or from one of which only the id is known. */
export type GraphVersionOptions =
  | { readonly label?: string; readonly parent?: GraphVersion }
  | { readonly label: string; readonly parent: string };

/** 160 bits of the digest, as many as git takes. */
const idLength = 40;

/**
 * Makes a version of a spec. `label` defaults to `1.0.0`, or to the next minor of the parent's; with a parent's
 * id alone it must be given.
 *
 * Nothing of the caller's is changed or frozen; parts that are deeply frozen already are shared. A spec that
 * shares the untouched nodes and edges of `parent.spec` costs microseconds: only what is new is checked, frozen
 * and hashed.
 *
 * @throws SparkError `invalid_spec` with every fault of schema and integrity; `invalid_input` for a bad label.
 */
export function graphVersion(
  spec: GraphSpec | GraphSpecInput,
  options: GraphVersionOptions = {},
): GraphVersion {
  const { parent } = options;
  const base = typeof parent === "object" ? parent.spec : undefined;
  const sound = soundSpec(spec, base);
  return Object.freeze({
    versionId: `v_${specDigest(sound, base).slice(0, idLength)}`,
    label: labelOf(options),
    spec: sound,
    ...(parent === undefined ? {} : { parent: typeof parent === "object" ? parent.versionId : parent }),
  });
}

const labelForm = /^(\d+)\.(\d+)\.(\d+)$/;

function labelOf({ label, parent }: GraphVersionOptions): string {
  if (label !== undefined) {
    if (labelForm.test(label)) return label;
    throw new SparkError(
      "invalid_input",
      `A version's label must be major.minor.patch, such as 1.2.0; got ${JSON.stringify(label)}.`,
      { details: { label } },
    );
  }
  if (parent === undefined) return "1.0.0";
  const [, major, minor] = typeof parent === "object" ? (labelForm.exec(parent.label) ?? []) : [];
  if (minor !== undefined) return `${major}.${Number(minor) + 1}.0`;
  throw new SparkError(
    "invalid_input",
    `No label follows from the parent ${JSON.stringify(parent)}; give the label, such as 1.2.0.`,
    { details: { parent } },
  );
}
