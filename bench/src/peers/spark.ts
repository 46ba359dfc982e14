import { type Count, chainSpec, fanSpec, graphOf, loopSpec } from "../shapes.ts";
import { chains, fanOf10, loopOf100, type Shapes } from "./shape.ts";

const fan = graphOf(fanSpec(10));
const loop = graphOf(loopSpec(100));

export const shapes: Shapes = {
  ...chains((length) => {
    const graph = graphOf(chainSpec(length));
    return (count) => graph.run(count);
  }),
  "fan-out of 10 and join": fanOf10(
    () => fan.run({ v: 0 }) as Promise<unknown> as Promise<Record<string, Count>>,
    ({ n9 }) => n9?.v ?? 0,
  ),
  "loop of 100": loopOf100(() => loop.run({ v: 0 })),
};
