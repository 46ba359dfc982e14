import { type Count, chainSpec, fanSpec, graphOf, loopSpec } from "../shapes.ts";
import { chains, counted, type Shapes } from "./shape.ts";

const fan = graphOf(fanSpec(10));
const loop = graphOf(loopSpec(100));

export const shapes: Shapes = {
  ...chains((length) => {
    const graph = graphOf(chainSpec(length));
    return (count) => graph.run(count);
  }),
  "fan-out of 10 and join": async () => {
    const { n9 } = (await fan.run({ v: 0 })) as unknown as Record<string, Count>;
    return counted(2, n9 ?? { v: 0 });
  },
  "loop of 100": async () => counted(100, await loop.run({ v: 0 })),
};
