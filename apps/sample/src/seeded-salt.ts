import { type Ids, type Random, uniqueIds } from "@spark/graph";

/**
 * Unique ids, but for the salt that decides which mails a canary gets: that comes from `random`, so that a seed
 * gives the same canary again, while deployments of two runs in one database keep apart.
 */
export function seededSalt(random: Random): Ids {
  return {
    next: (prefix) =>
      prefix === "salt" ? `salt_${Math.floor(random() * 2 ** 32).toString(16)}` : uniqueIds.next(prefix),
  };
}
