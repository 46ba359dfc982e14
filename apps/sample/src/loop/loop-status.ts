import { type LiveStatus, withEvent } from "../live-status.ts";
import type { LoopEvent } from "./loop-event.ts";

/** The status after an event. Pure. */
export function withLoopEvent(status: LiveStatus, event: LoopEvent): LiveStatus {
  switch (event.type) {
    case "training":
    case "measuring":
    case "traffic":
    case "traffic_stopped":
    case "ended":
      return withEvent(status, event);
    case "progress": {
      const next = withEvent(status, event);
      return event.progress.type === "ended" ? withoutStage(next) : next;
    }
    default:
      return { ...status, at: event.at };
  }
}

function withoutStage({ at, work, traffic }: LiveStatus): LiveStatus {
  return { at, ...(work && { work }), ...(traffic && { traffic }) };
}
