import type { Environment } from "./environment.ts";
import type { Inbox } from "./inbox.ts";
import type { Journal } from "./journal.ts";
import type { Rollout } from "./rollout.ts";
import type { TrafficSwitch } from "./traffic-switch.ts";
import type { Verdict } from "./verdict.ts";
import type { Watch } from "./watch.ts";

/** What the stages of one deployment share. */
export interface Course {
  readonly rollout: Rollout;
  readonly environment: Environment;
  readonly journal: Journal;
  readonly trafficSwitch: TrafficSwitch;
  readonly watch: Watch;
  readonly inbox: Inbox;
  /** The verdict of the stage before. */
  readonly lastVerdict?: Verdict;
}
