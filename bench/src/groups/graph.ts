import { RunContext, systemClock, Trace } from "@spark/graph";
import { type Contender, repeated } from "../contender.ts";
import { plainChain, plainChainOfTen, plainFanOfTen, plainLoop } from "../plain.ts";
import { race } from "../race.ts";
import { report } from "../report.ts";
import { type Goal, timedRow } from "../row.ts";
import { type Count, chainSpec, fanSpec, graphOf, loopSpec } from "../shapes.ts";

interface Shape {
  readonly name: string;
  readonly graph: ReturnType<typeof graphOf>;
  readonly plain: (count: Count) => Promise<unknown>;
  readonly goal: Goal;
}

const shapes: readonly Shape[] = [
  { name: "chain of 10", graph: graphOf(chainSpec(10)), plain: plainChainOfTen(), goal: { atMost: 1.5 } },
  { name: "loop of 100", graph: graphOf(loopSpec(100)), plain: plainLoop(100), goal: { atMost: 1.5 } },
  {
    name: "fan-out of 10 and join",
    graph: graphOf(fanSpec(10)),
    plain: plainFanOfTen(),
    goal: { atMost: 2 },
  },
];

const input: Count = { v: 0 };

const bare = ({ name, graph }: Shape): Contender => repeated(name, () => graph.run(input));

const traced = ({ name, graph }: Shape): Contender =>
  repeated(name, () => {
    const context = new RunContext();
    context.trace = new Trace(systemClock.now());
    return graph.run(input, context);
  });

// All shapes are warm before any is timed: a runtime that is fast for one shape only would show it here.
for (const shape of shapes) await race([bare(shape), traced(shape)], { rounds: 1 });

for (const shape of shapes) {
  const [ours, withTimes, plain] = await race([
    bare(shape),
    traced(shape),
    repeated("plain", () => shape.plain(input)),
  ]);
  const against = "awaits by hand";
  report(timedRow({ what: `run, ${shape.name}`, against, goal: shape.goal }, ours, plain));
  report(
    timedRow(
      { what: `run with per-node times, ${shape.name}`, against, goal: { atMost: 2.5 } },
      withTimes,
      plain,
    ),
  );
}

const [short, long, plainLong] = await race([
  repeated(
    "10",
    (
      (graph) => () =>
        graph.run(input)
    )(graphOf(chainSpec(10))),
  ),
  repeated(
    "1000",
    (
      (graph) => () =>
        graph.run(input)
    )(graphOf(chainSpec(1000))),
  ),
  repeated(
    "plain",
    (
      (plain) => () =>
        plain(input)
    )(plainChain(1000)),
  ),
]);
report(
  timedRow(
    { what: "a node of a chain of 1000", against: "a node of a chain of 10", goal: { atMost: 1.3 } },
    long.map((us) => us / 1000),
    short.map((us) => us / 10),
  ),
);
report(
  timedRow({ what: "run, chain of 1000", against: "awaits by hand", goal: { atMost: 1.5 } }, long, plainLong),
);
