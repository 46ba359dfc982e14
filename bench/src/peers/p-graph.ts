import { PGraph } from "p-graph";
import { addOne, type Count } from "../shapes.ts";
import { chains, counted, ids, type Shapes } from "./shape.ts";

/* Its nodes pass no values, so each run has its values in a list of its own, and its own graph: what a program
   that has several runs at once must do. Graphs have no loops. */

function chain(length: number): (count: Count) => Promise<Count> {
  const nodes = ids(length);
  const edges = nodes.slice(1).map((id, at): [string, string] => [`n${at}`, id]);
  return async (count) => {
    const values = [count];
    const work = (at: number) => async (): Promise<void> =>
      void (values[at + 1] = await addOne(values[at] as Count));
    await new PGraph(new Map(nodes.map((id, at) => [id, { run: work(at) }])), edges).run();
    return values[length] as Count;
  };
}

const branches = ids(10);
const fanEdges = branches.flatMap((id): [string, string][] => [
  ["s", id],
  [id, "j"],
]);

async function fan(count: Count): Promise<Count> {
  let started = count;
  const values: Record<string, Count> = {};
  const nodes = new Map([
    ["s", { run: async (): Promise<void> => void (started = await addOne(count)) }],
    ...branches.map((id) => [id, { run: async () => void (values[id] = await addOne(started)) }] as const),
    ["j", { run: async (): Promise<void> => undefined }],
  ]);
  await new PGraph(nodes, fanEdges).run();
  return values["n9"] as Count;
}

export const shapes: Shapes = {
  ...chains(chain),
  "fan-out of 10 and join": async () => counted(2, await fan({ v: 0 })),
};
