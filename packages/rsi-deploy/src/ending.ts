import type { Verdict } from "./verdict.ts";

/** How a deployment ends: what it is called, why, and who or what decided. */
export type Ending =
  | { readonly status: "completed"; readonly by: string; readonly reason: string; readonly breach?: string }
  | { readonly status: "rolled_back"; readonly by: string; readonly reason: string }
  | { readonly status: "aborted"; readonly by: string; readonly reason: string }
  | { readonly status: "failed"; readonly by: string; readonly reason: string }
  | {
      readonly status: "rejected";
      readonly by: string;
      readonly reason: string;
      readonly reasons: readonly string[];
    };

/** What a breach leads to, where the candidate may be taken back. */
export function endingByBreach({ readings, reasons }: Verdict) {
  const guard = readings.find(({ breached }) => breached)?.guard ?? "unknown";
  return { status: "rolled_back", by: `guard:${guard}`, reason: reasons.join("; ") } as const;
}
