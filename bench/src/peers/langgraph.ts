import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { addOne } from "../shapes.ts";
import { chains, fanOf10, ids, loopOf100, type Shapes } from "./shape.ts";

// The builder's types follow every edge, which a graph made in a loop cannot satisfy.
type Builder = {
  addNode(id: string, work: (state: never) => unknown): Builder;
  addEdge(from: string, to: string): Builder;
  addConditionalEdges(from: string, choose: (state: never) => string): Builder;
  compile(): { invoke(input: object, options: object): Promise<never> };
};

const Counting = Annotation.Root({ v: Annotation<number> });
const Branches = Annotation.Root({
  v: Annotation<number>,
  ...Object.fromEntries(ids(10).map((id) => [id, Annotation<number>])),
});
const builder = (state: typeof Counting | typeof Branches): Builder => new StateGraph(state) as never;
const options = { recursionLimit: 10_000 };

function chain(length: number): ReturnType<Builder["compile"]> {
  const graph = builder(Counting);
  const nodes = ids(length);
  for (const id of nodes) graph.addNode(id, addOne);
  [START, ...nodes].forEach((id, at) => graph.addEdge(id, nodes[at] ?? END));
  return graph.compile();
}

function fan(): ReturnType<Builder["compile"]> {
  const graph = builder(Branches)
    .addNode("s", addOne)
    .addNode("j", () => ({}))
    .addEdge(START, "s")
    .addEdge("j", END);
  for (const id of ids(10)) {
    graph.addNode(`b${id}`, async ({ v }: { v: number }) => ({ [id]: v + 1 }));
    graph.addEdge("s", `b${id}`).addEdge(`b${id}`, "j");
  }
  return graph.compile();
}

const loop = builder(Counting)
  .addNode("n", addOne)
  .addEdge(START, "n")
  .addConditionalEdges("n", ({ v }: { v: number }) => (v < 100 ? "n" : END))
  .compile();
const fanned = fan();

export const shapes: Shapes = {
  ...chains((length) => {
    const graph = chain(length);
    return (count) => graph.invoke(count, options);
  }),
  "fan-out of 10 and join": fanOf10<{ n9: number }>(
    () => fanned.invoke({ v: 0 }, options),
    ({ n9 }) => n9,
  ),
  "loop of 100": loopOf100(() => loop.invoke({ v: 0 }, options)),
};
