import type { Clock } from "@spark/graph";
import { every } from "@spark/telemetry";
import type { Pace } from "./chapters.ts";
import type { Corpus } from "./corpus.ts";
import { servingText } from "./live-version.ts";
import type { Traffic } from "./plots.ts";
import { RunLedger } from "./run-ledger.ts";
import type { StoryFact } from "./story-event.ts";
import { sendTraffic, type TrafficStats } from "./traffic.ts";
import type { Production } from "./wiring.ts";

/** Traffic that goes on until it is stopped. */
export interface ProductionTraffic {
  /** What the live graph's own records say of it. */
  readonly ledger: RunLedger;
  /** Sends nothing more, waits for the runs under way, and gives the counts. May be called again. */
  readonly stop: () => Promise<TrafficStats>;
}

type TrafficFact = Extract<StoryFact, { readonly type: "traffic_started" | "traffic" | "traffic_stopped" }>;

const reportEveryMs = 500;

/** Starts to send mails through the live graph, and tells twice a second how it goes. */
export function startTraffic(options: {
  readonly production: Pick<Production, "live" | "random">;
  readonly traffic: Traffic;
  readonly corpus: Pick<Corpus, "live">;
  readonly pace: Pick<Pace, "ratePerSecond" | "maxInFlight">;
  readonly clock: Clock;
  readonly tell: (fact: TrafficFact) => void;
}): ProductionTraffic {
  const { production, corpus, traffic, pace, clock, tell } = options;
  const { note, readers } = traffic;
  const mails = traffic.mails(corpus.live);
  const { live, random } = production;
  const { ratePerSecond, maxInFlight } = pace;
  const ledger = new RunLedger();
  const counting = ledger.observe(live.runs$);
  const stopped = new AbortController();
  tell({
    type: "traffic_started",
    ratePerSecond,
    maxInFlight,
    mails: mails.length,
    ...(note === undefined ? {} : { note }),
  });

  let before = { runs: 0, at: clock.now() };
  const reporting = every(clock, reportEveryMs).subscribe(() => {
    const { runs, ok, failed } = ledger.totals;
    const at = clock.now();
    const perSecond = ((runs - before.runs) * 1000) / (at - before.at);
    before = { runs, at };
    const sent = runs + live.inFlight();
    tell({ type: "traffic", sent, succeeded: ok, failed, perSecond, live: servingText(live) });
  });
  const { signal } = stopped;
  const sending = sendTraffic({
    target: live,
    mails,
    random,
    clock,
    ratePerSecond,
    maxInFlight,
    signal,
    ...(readers === undefined ? {} : { readers }),
  });

  let stats: Promise<TrafficStats> | undefined;
  const end = async (): Promise<TrafficStats> => {
    stopped.abort();
    reporting.unsubscribe();
    const counts = await sending;
    counting.unsubscribe();
    tell({ type: "traffic_stopped", ...counts });
    return counts;
  };
  return { ledger, stop: () => (stats ??= end()) };
}
