import type { RunRecord } from "@spark/graph";

/** What a node did in one run, all its executions together. */
export interface NodeVisit {
  readonly runId: string;
  readonly failed: boolean;
  readonly retried: boolean;
  /** Mean milliseconds of an execution; undefined where none was the node's own to answer for. */
  readonly ownMs: number | undefined;
}

/** What runs that share their fate did at a node: those of one routing key, or a single run without a key. */
export interface Unit {
  readonly id: string;
  /** The candidate's share of the traffic when the runs were routed. */
  readonly share: number;
  readonly failed: boolean;
  readonly retried: boolean;
  readonly ownMs: number | undefined;
  readonly visits: readonly NodeVisit[];
}

/** What the nodes of one version did. */
export interface Conduct {
  /** All units, as a node sees them that none of their runs came to. */
  readonly idle: readonly Unit[];
  /** By node, the units that came to it. */
  readonly nodes: ReadonlyMap<string, readonly Unit[]>;
}

/** Sorts run records by node and unit. O(node executions). */
export function conductOf(records: readonly RunRecord[]): Conduct {
  const idle: Unit[] = [];
  const nodes = new Map<string, Unit[]>();
  for (const [id, ofUnit] of recordsByUnit(records)) {
    const unit = unitOf({ id, share: ofUnit[0]?.candidateShare ?? 0 }, []);
    idle.push(unit);
    for (const [nodeId, visits] of visitsByNode(ofUnit)) {
      entryOf(nodes, nodeId, () => []).push(unitOf(unit, visits));
    }
  }
  return { idle, nodes };
}

/** A rising share moves keys to the candidate, so what a key does at another share is another unit. */
function recordsByUnit(records: readonly RunRecord[]): ReadonlyMap<string, readonly RunRecord[]> {
  const grouped = new Map<string, RunRecord[]>();
  for (const record of records) {
    const { key, candidateShare, runId } = record;
    const id = key === undefined ? `run ${runId}` : `key ${candidateShare} ${key}`;
    entryOf(grouped, id, () => []).push(record);
  }
  return grouped;
}

function visitsByNode(records: readonly RunRecord[]): ReadonlyMap<string, readonly NodeVisit[]> {
  const visits = new Map<string, NodeVisit[]>();
  for (const record of records) {
    for (const [nodeId, visit] of visitsIn(record)) entryOf(visits, nodeId, () => []).push(visit);
  }
  return visits;
}

function visitsIn({ runId, ok: runOk, error, nodes }: RunRecord): ReadonlyMap<string, NodeVisit> {
  const visits = new Map<string, VisitTally>();
  const culprit = error?.nodeId;
  // Other runtimes may name the node that failed without having timed it.
  if (culprit !== undefined) visits.set(culprit, new VisitTally(runId, true));
  for (const { nodeId, ok, attempts, durationMs } of nodes) {
    const visit = entryOf(visits, nodeId, () => new VisitTally(runId, false));
    visit.retried ||= attempts > 1;
    // In a run that ended well a failure was the node's own, and an error edge took care of it.
    visit.failed ||= !ok && runOk;
    // What another node's failure cut short says nothing of this one; the time-out of a whole run does.
    if (ok || culprit === undefined || culprit === nodeId) visit.time(durationMs);
  }
  return visits;
}

class VisitTally implements NodeVisit {
  readonly runId: string;
  failed: boolean;
  retried = false;
  #totalMs = 0;
  #timed = 0;

  constructor(runId: string, failed: boolean) {
    this.runId = runId;
    this.failed = failed;
  }

  time(durationMs: number): void {
    this.#totalMs += durationMs;
    this.#timed += 1;
  }

  get ownMs(): number | undefined {
    return this.#timed === 0 ? undefined : this.#totalMs / this.#timed;
  }
}

function unitOf({ id, share }: Pick<Unit, "id" | "share">, visits: readonly NodeVisit[]): Unit {
  let failed = false;
  let retried = false;
  let totalMs = 0;
  let timed = 0;
  for (const visit of visits) {
    failed ||= visit.failed;
    retried ||= visit.retried;
    if (visit.ownMs === undefined) continue;
    totalMs += visit.ownMs;
    timed += 1;
  }
  return { id, share, failed, retried, ownMs: timed === 0 ? undefined : totalMs / timed, visits };
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
