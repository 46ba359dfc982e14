import { attribution, gridProcess, successFloor } from "@spark/evidence";
import { tight } from "../contender.ts";
import { type Laps, race } from "../race.ts";
import { report } from "../report.ts";
import { type Goal, timedRow } from "../row.ts";

/*
 * The e-processes the guards are made of: one observation and the evidence after it, in long runs and in short
 * ones. What all guards of a deployment add to a run is measured in the group `live`.
 */

const microsecond = 1;
const process_ = gridProcess({ nullRate: 0.03 });
const floor = successFloor({ minSuccessRate: 0.7 });
const attributed = attribution({ ratio: 1.5 });

const counts = (trials: number) => ({ hits: Math.floor(trials / 50), trials });
const few = counts(100);
const many = counts(1_000_000);
const stages = [
  { share: 0.1, candidateFailures: 3, baselineFailures: 20 },
  { share: 0.5, candidateFailures: 30, baselineFailures: 28 },
];

const [short, long, lowest, blamed] = await race([
  tight("100 runs", (turn) => process_.logEvidence(process_.add(few, (turn & 31) === 0))),
  tight("1,000,000 runs", (turn) => process_.logEvidence(process_.add(many, (turn & 31) === 0))),
  tight("floor", (turn) => floor.logEvidence(floor.add(few, (turn & 31) === 0))),
  tight("attribution", (turn) => attributed.logEvidence((turn & 1) === 0 ? stages : stages.slice(1))),
]);

const one = (laps: Laps) => laps.map(() => microsecond);
const row = (what: string, laps: Laps, goal: Goal = { atMost: 1 }): void =>
  report(timedRow({ what, against: "1 µs", goal }, laps, one(laps)));
row("one rate guard updated and read, after 100 runs", short);
row("one success floor updated and read", lowest);
row("failure attribution read, two stages", blamed);
report(
  timedRow(
    { what: "a rate guard after 1,000,000 runs", against: "after 100", goal: { atMost: 1.3 } },
    long,
    short,
  ),
);
