import { Flow, Node } from "pocketflow";
import { addOne, type Count } from "../shapes.ts";
import { chains, loopOf100, type Shapes } from "./shape.ts";

interface Shared {
  count: Count;
}

class AddOne extends Node<Shared> {
  override async prep({ count }: Shared): Promise<Count> {
    return count;
  }
  override async exec(count: Count): Promise<Count> {
    return addOne(count);
  }
  override async post(shared: Shared, _before: unknown, count: Count): Promise<string | undefined> {
    shared.count = count;
    return undefined;
  }
}

class AddOneUntil extends AddOne {
  override async post(shared: Shared, before: unknown, count: Count): Promise<string | undefined> {
    await super.post(shared, before, count);
    return count.v < 100 ? "again" : "end";
  }
}

async function run(flow: Flow<Shared>, count: Count): Promise<Count> {
  const shared = { count };
  await flow.run(shared);
  return shared.count;
}

const again = new AddOneUntil();
// Where it finds no way on it writes a warning, which would be measured.
again.on("again", again).on("end", new Node());
const loop = new Flow<Shared>(again);

/* It has no fan-out to different nodes. */
export const shapes: Shapes = {
  ...chains((length) => {
    const first = new AddOne();
    let last = first;
    for (let at = 1; at < length; at += 1) last = last.next(new AddOne());
    const flow = new Flow<Shared>(first);
    return (count) => run(flow, count);
  }),
  "loop of 100": loopOf100(() => run(loop, { v: 0 })),
};
