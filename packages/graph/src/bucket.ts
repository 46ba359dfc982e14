/*
 * Where a key falls in [0, 1). FNV-1a over UTF-16 code units, the salt first, then a final mix (the one of
 * MurmurHash3). The order and the mix matter: with the salt last and no mix, keys that share a prefix fall
 * into the same tenth under every salt, and "independent" rollouts all meet the same users.
 */

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

/** The hash of a salt, to be continued with keys. */
export function saltSeed(salt: string): number {
  return fold(offsetBasis, salt);
}

/** The bucket of a key under a salt: a number in [0, 1), the same for the same pair on every machine. */
export function bucketOf(seed: number, key: string): number {
  let hash = fold(seed, key);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}

function fold(seed: number, text: string): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), prime);
  return hash;
}
