import type { Ids } from "../identity.ts";

/** Ids that count: `run_1`, `run_2`, `deploy_3`. The same program gives the same ids. */
export function sequentialIds(): Ids {
  let count = 0;
  return { next: (prefix) => `${prefix}_${++count}` };
}
