import type { GraphSpec } from "./spec.ts";

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
