import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

/** The folder of the repository; every child runs here, wherever the script was called from. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Tools that report home are told not to. */
const quiet = { TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };

/** A second Ctrl-C within this time is the first one again: the terminal and npm both deliver it. */
const echoMs = 1000;

/**
 * Runs a program in the foreground and resolves with its exit code (128 + number of the signal that ended it).
 *
 * The child leads a process group of its own, so a Ctrl-C reaches it once and only through here: however often
 * the signal arrives, it is passed on once. Pressed again after a second, it ends the whole group at once.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ stdio?: import("node:child_process").StdioOptions, env?: NodeJS.ProcessEnv, shell?: boolean }} [options]
 * @returns {Promise<number>}
 */
export function runChild(command, args, { stdio = "inherit", env = {}, shell = false } = {}) {
  const grouped = process.platform !== "win32";
  const child = spawn(command, args, {
    cwd: root,
    stdio,
    shell,
    detached: grouped,
    env: { ...process.env, ...quiet, ...env },
  });
  const stopPassing = passSignals(child, grouped);
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      stopPassing();
      reject(new Error(`Could not start ${command}: ${cause.message}`, { cause }));
    });
    child.once("exit", (code, signal) => {
      stopPassing();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {boolean} grouped
 */
function passSignals(child, grouped) {
  let interruptedAt = Number.NEGATIVE_INFINITY;
  const interrupt = () => {
    const now = performance.now();
    if (interruptedAt === Number.NEGATIVE_INFINITY) {
      interruptedAt = now;
      child.kill("SIGINT");
    } else if (now - interruptedAt > echoMs) {
      if (grouped && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      else child.kill("SIGKILL");
    }
  };
  /** @type {ReadonlyArray<readonly [NodeJS.Signals, () => void]>} */
  const handlers = [
    ["SIGINT", interrupt],
    ["SIGTERM", () => child.kill("SIGTERM")],
    ["SIGHUP", () => child.kill("SIGHUP")],
    // In a group of its own the child is not told of a resized terminal.
    ...(grouped ? /** @type {const} */ ([["SIGWINCH", () => child.kill("SIGWINCH")]]) : []),
  ];
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
