import { hash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";
import type { GraphSpec } from "./spec.ts";

/** Elements, and then digests, that share one digest of the next level. */
const chunkSize = 64;

/** Digests of frozen parts, by identity: versions share the parts that a change left alone. */
const partDigests = new WeakMap<object, string>();

/** The digests of each whole chunk of a list, and the one of the list. */
interface ListDigest {
  readonly chunks: readonly string[];
  readonly digest: string;
}

const listDigests = new WeakMap<readonly object[], ListDigest>();

/**
 * SHA-256 over the content of a deeply frozen spec, 64 hexadecimal digits: the same for specs that say the same,
 * whatever the order of their keys. The order of nodes and edges is content.
 *
 * A Merkle tree: the spec's digest is made from those of its parts, a list's from those of chunks of 64 elements.
 * With `like`, a spec whose digest is known, only the chunks that hold a new element are hashed again.
 */
export function specDigest(spec: GraphSpec, like?: GraphSpec): string {
  const { nodes, edges, ...frame } = spec;
  const parts = Object.entries(frame).map(([key, part]) => [
    key,
    typeof part === "object" ? partDigest(part) : part,
  ]);
  return sha256(
    canonicalJson({
      ...Object.fromEntries(parts),
      nodes: listDigest(nodes, like?.nodes).digest,
      edges: listDigest(edges, like?.edges).digest,
    }),
  );
}

function partDigest(part: object): string {
  const known = partDigests.get(part);
  if (known !== undefined) return known;
  const digest = sha256(canonicalJson(part));
  partDigests.set(part, digest);
  return digest;
}

function listDigest(list: readonly object[], like: readonly object[] | undefined): ListDigest {
  const known = listDigests.get(list);
  if (known) return known;
  const model = like && listDigests.get(like);
  // Copies, by spread: indexing a frozen array is many times slower.
  const elements = [...list];
  const models = like && model ? [...like] : [];
  const chunks: string[] = [];
  for (let from = 0; from < elements.length; from += chunkSize) {
    const same = isSameChunk(elements, models, from) ? model?.chunks[chunks.length] : undefined;
    chunks.push(same ?? chunkDigest(elements, from));
  }
  const result = { chunks, digest: sha256(`${list.length}:${fold(chunks)}`) };
  listDigests.set(list, result);
  return result;
}

function chunkDigest(list: readonly object[], from: number): string {
  let digests = "";
  const to = Math.min(from + chunkSize, list.length);
  for (let i = from; i < to; i += 1) digests += partDigest(list[i] as object);
  return sha256(digests);
}

function isSameChunk(list: readonly object[], like: readonly object[], from: number): boolean {
  const to = Math.min(from + chunkSize, Math.max(list.length, like.length));
  for (let i = from; i < to; i += 1) if (list[i] !== like[i]) return false;
  return true;
}

function fold(digests: readonly string[]): string {
  if (digests.length <= 1) return digests[0] ?? "";
  const folded: string[] = [];
  for (let from = 0; from < digests.length; from += chunkSize) {
    folded.push(sha256(digests.slice(from, from + chunkSize).join("")));
  }
  return fold(folded);
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
