import { PGraph } from "p-graph";
import { addOne, type Count } from "../shapes.ts";
import { chains, fanOf10, ids, type Shapes } from "./shape.ts";

/* Its nodes pass no values, so they share a list of them. One graph serves one run at a time; runs at the same
   time take a graph each, as they must in a program. Graphs have no loops. */

function chain(length: number): (count: Count) => Promise<Count> {
  const idle: ((count: Count) => Promise<Count>)[] = [];
  return async (count) => {
    const run = idle.pop() ?? chainOnce(length);
    const output = await run(count);
    idle.push(run);
    return output;
  };
}

function chainOnce(length: number): (count: Count) => Promise<Count> {
  const nodes = ids(length);
  const edges = nodes.slice(1).map((id, at): [string, string] => [`n${at}`, id]);
  const values: Count[] = [];
  const work = (at: number) => async (): Promise<void> => {
    values[at + 1] = await addOne(values[at] as Count);
  };
  const graph = new PGraph(new Map(nodes.map((id, at) => [id, { run: work(at) }])), edges);
  return async (count) => {
    values[0] = count;
    await graph.run();
    return values[length] as Count;
  };
}

const branches = ids(10);
const fanEdges = branches.flatMap((id): [string, string][] => [
  ["s", id],
  [id, "j"],
]);

const values: Record<string, Count> = {};
const fanGraph = new PGraph(
  new Map([
    ["s", { run: async (): Promise<void> => void (values["s"] = await addOne({ v: 0 })) }],
    ...branches.map(
      (id) => [id, { run: async () => void (values[id] = await addOne(values["s"] as Count)) }] as const,
    ),
    ["j", { run: async (): Promise<void> => undefined }],
  ]),
  fanEdges,
);

async function fan(): Promise<Count> {
  await fanGraph.run();
  return values["n9"] as Count;
}

export const shapes: Shapes = {
  ...chains(chain),
  "fan-out of 10 and join": fanOf10(fan, ({ v }) => v),
};
