/** One of the two sides of a trial. */
export type TrialArm = "baseline" | "candidate";

/** What one run of one arm showed. */
export interface ArmRun {
  readonly ok: boolean;
  /** Seconds until it ended, well or not; a run that was timed out took its time-out. */
  readonly latencySeconds: number;
  /** Class name or code of the error that ended it. */
  readonly errorType?: string;
  readonly message?: string;
  readonly timedOut?: boolean;
  /** As the nodes reported it. */
  readonly cost?: number;
  /** 0 to 1, by the scorer or else as the nodes reported it. */
  readonly quality?: number;
}

/** Both arms on the same input. */
export interface RunPair {
  readonly baseline: ArmRun;
  readonly candidate: ArmRun;
}
