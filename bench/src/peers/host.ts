// A runtime in a process of its own: told which shape to run how often, answers with the CPU time it took.
import { pathToFileURL } from "node:url";
import { cpuTime } from "../gauge.ts";
import type { ShapeName, Shapes, Task } from "./shape.ts";

/** Asks for `times` pieces of work of one shape. */
export interface LapRequest {
  readonly shape: ShapeName;
  readonly times: number;
}

const { shapes } = (await import(pathToFileURL(process.argv[2] as string).href)) as {
  readonly shapes: Shapes;
};

async function lap({ shape, times }: LapRequest): Promise<number> {
  const task = shapes[shape] as Task;
  const started = cpuTime();
  for (let done = 0; done < times; done += 1) {
    const counted = task.read((await task.run()) as never);
    // What a run gave must be right, or the time it took means nothing.
    if (counted !== task.expected) throw new Error(`${shape}: counted ${counted} of ${task.expected}`);
  }
  return cpuTime() - started;
}

process.on("message", (request: LapRequest) => {
  void lap(request).then((us) => process.send?.(us));
});
process.send?.(Object.keys(shapes));
