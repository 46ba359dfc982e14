import { isDeepStrictEqual } from "node:util";
import type { Verdict } from "@spark/rsi-deploy";
import type { DeploymentEventOf, DeploymentEventType, LoggedDeploymentEvent } from "@spark/rsi-model";
import { intentOf, stageMs } from "./production.ts";

type Log = readonly LoggedDeploymentEvent[];

/** How a deployment has to end. */
export const expectedStatus = { sound: "completed", harmful: "rolled_back" } as const;

const allStages = [0, 1, 2];
/** The watched ones; between them is the gate. */
const watchedStages = [0, 2];

/**
 * Everything that is wrong with the log of a deployment that has ended, as sentences: events doubled or out of
 * order, a gate skipped, a stage cut short, a record that says less than was known. `asked` are the keys its
 * gate was asked with.
 */
export function logFaults(log: Log, asked: readonly string[]): readonly string[] {
  const [started] = of(log, "started");
  const [ended] = of(log, "ended");
  if (started === undefined || ended === undefined) return ["expected a start and an end in the log"];
  const wanted = expectedStatus[intentOf(started.hypothesisId)];
  const faults: string[] = [];
  const expect = (what: string, found: unknown, right: unknown): void => {
    if (isDeepStrictEqual(found, right)) return;
    faults.push(`${what}: expected ${JSON.stringify(right)}, got ${JSON.stringify(found)}`);
  };
  expect("status in the log", ended.record.status, wanted);
  expect(
    "sequence",
    log.map(({ sequence }) => sequence),
    [...log.keys()],
  );
  expect("starts", placesOf(log, "started"), [0]);
  expect("endings", placesOf(log, "ended"), [log.length - 1]);
  expect("stages decided twice", decidedTwice(log), []);
  expect("runs of the candidate missing in the record", missingRuns(log, ended), 0);
  const entered = of(log, "stage_entered").map(({ index }) => index);
  const keys = new Set([...asked, ...of(log, "gate_waiting").map(({ idempotencyKey }) => idempotencyKey)]);
  if (wanted === "rolled_back") {
    expect("stages entered", entered, entered.length === 0 ? [] : [0]);
    expect("stages of the verdicts in the record", verdictStages(ended), [0]);
    expect("switches to a candidate that was seen to fail", switchesAfterBreach(log), 0);
    return faults;
  }
  expect("stages entered", entered, allStages);
  expect("stages of the verdicts in the record", verdictStages(ended), watchedStages);
  const answers = of(stageEvents(log, 1), "gate_decided").map(({ approved }) => approved);
  expect("answers of the gate", answers, [true]);
  expect("keys the gate was asked with", keys.size, 1);
  if (asked.length === 0) faults.push("the gate was passed and never asked");
  for (const stage of watchedStages) {
    const ms = watchedMs(log, stage);
    // The entry of the stage is stamped a moment after its time has begun.
    if (ms < stageMs - 5) faults.push(`stage ${stage} was watched for ${ms} ms of ${stageMs}`);
  }
  return faults;
}

function of<Type extends DeploymentEventType>(log: Log, type: Type): readonly DeploymentEventOf<Type>[] {
  return log.filter((event) => event.type === type) as unknown as readonly DeploymentEventOf<Type>[];
}

function placesOf(log: Log, type: DeploymentEventType): readonly number[] {
  return log.flatMap((event, place) => (event.type === type ? [place] : []));
}

/** Stages in which more than one decision was written. */
function decidedTwice(log: Log): readonly number[] {
  return allStages.filter((stage) => of(stageEvents(log, stage), "decided").length > 1);
}

/** Runs of the candidate that the last look had counted, and the record has not. */
function missingRuns(log: Log, { record }: DeploymentEventOf<"ended">): number {
  const known = of(log, "checked").at(-1)?.deployedMetrics?.runs ?? 0;
  const recorded = "deployedMetrics" in record ? (record.deployedMetrics?.runs ?? 0) : 0;
  return Math.max(0, known - recorded);
}

/** The watched stages the record has a verdict of. */
function verdictStages({ record }: DeploymentEventOf<"ended">): readonly number[] {
  const verdicts = "verdicts" in record ? (record.verdicts as unknown as readonly Verdict[]) : [];
  return verdicts.map(({ stage }) => stage.index).filter((stage) => watchedStages.includes(stage));
}

/** How often a plan was set after a look had found the candidate in breach. */
function switchesAfterBreach(log: Log): number {
  const breach = log.findIndex((event) => event.type === "checked" && event.verdict?.["kind"] === "breach");
  return breach < 0 ? 0 : of(log.slice(breach), "plan_set").length;
}

/** Time in which a process was watching a stage, over all processes that did. */
function watchedMs(log: Log, stage: number): number {
  const events = stageEvents(log, stage);
  return events.slice(1).reduce((ms, event, place) => {
    const since = events[place]?.at ?? event.at;
    return event.type === "recovered" ? ms : ms + event.at - since;
  }, 0);
}

/** The events of a stage, from its entry to that of the next one. */
function stageEvents(log: Log, stage: number): Log {
  const places = placesOf(log, "stage_entered");
  const at = places.findIndex((place) => {
    const event = log[place];
    return event?.type === "stage_entered" && event.index === stage;
  });
  return at < 0 ? [] : log.slice(places[at], places[at + 1]);
}
