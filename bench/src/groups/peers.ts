import { Peer } from "../peers/peer.ts";
import { type ShapeName, shapeNames } from "../peers/shape.ts";
import { report } from "../report.ts";
import { type Goal, timedRow } from "../row.ts";

/** How many times less a chain of ten must cost than on each of them. */
const goals: Readonly<Record<string, Goal>> = {
  langgraph: { cheaperBy: 1000 },
  mastra: { cheaperBy: 300 },
  xstate: { cheaperBy: 150 },
  "p-graph": { cheaperBy: 4 },
  pocketflow: { cheaperBy: 4 },
};

const batchUs = 30_000;
const rounds = 7;

/** Runs a shape until it is warm; gives how many runs make a batch. */
async function warmUp(peer: Peer, shape: ShapeName): Promise<number> {
  let times = 1;
  for (let spent = 0; ;) {
    const us = await peer.lap({ shape, times });
    spent += us;
    if (spent > 8 * batchUs && (us > batchUs / 2 || spent > 60 * batchUs)) {
      return Math.max(1, Math.round((times * batchUs) / us));
    }
    if (us < batchUs) times = Math.ceil(times * Math.min(8, Math.max(1.2, batchUs / us)));
  }
}

const ours = await Peer.start("spark");
for (const [name, goal] of Object.entries(goals)) {
  const theirs = await Peer.start(name);
  for (const shape of shapeNames.filter((one) => theirs.shapes.includes(one))) {
    const times = { ours: await warmUp(ours, shape), theirs: await warmUp(theirs, shape) };
    const laps = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      laps.theirs.push((await theirs.lap({ shape, times: times.theirs })) / times.theirs);
      laps.ours.push((await ours.lap({ shape, times: times.ours })) / times.ours);
    }
    const isJudged = shape === "chain of 10";
    const subject = { what: `run, ${shape}`, against: name };
    report(timedRow({ ...subject, goal: isJudged ? goal : { cheaperBy: 1 } }, laps.ours, laps.theirs));
  }
  theirs.stop();
}
ours.stop();
