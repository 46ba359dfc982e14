import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/** Which process it is, so that a number that was given out again is not taken for it. */
export const ProcessIdentity = z.strictObject({
  pid: z.int().positive(),
  host: z.string(),
  /** The machine's boot and the process's start within it; absent where the system does not tell. */
  startedAt: z.string().exactOptional(),
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** The processes of this machine. */
export interface ProcessTable {
  self(): ProcessIdentity;
  /** Whether that very process runs; `unknown` for a process of another machine. */
  state(process: ProcessIdentity): "running" | "gone" | "unknown";
}

/** The real ones. */
export const systemProcesses: ProcessTable = {
  self: () => identityOf(process.pid),
  state(holder) {
    if (holder.host !== hostname()) return "unknown";
    if (!isRunning(holder.pid)) return "gone";
    const now = identityOf(holder.pid);
    const same =
      holder.startedAt === undefined || now.startedAt === undefined || holder.startedAt === now.startedAt;
    return same ? "running" : "gone";
  },
};

function identityOf(pid: number): ProcessIdentity {
  const startedAt = startOf(pid);
  return { pid, host: hostname(), ...(startedAt === undefined ? {} : { startedAt }) };
}

/** Field 22 of `/proc/PID/stat`, in ticks since the boot; the name in field 2 may contain anything. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return ticks === undefined ? undefined : `${boot}:${ticks}`;
  } catch {
    return undefined;
  }
}

/** Signal 0 is sent to nobody; a process of another user refuses it, and so exists. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
