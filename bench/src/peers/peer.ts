import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { LapRequest } from "./host.ts";
import type { ShapeName } from "./shape.ts";

/**
 * A graph runtime in a process of its own: some of them make every later await of their process dearer, and none
 * should be optimised for the others' code.
 */
export class Peer {
  readonly name: string;
  readonly shapes: readonly ShapeName[];
  readonly #process: ChildProcess;

  private constructor(name: string, process: ChildProcess, shapes: readonly ShapeName[]) {
    this.name = name;
    this.#process = process;
    this.shapes = shapes;
  }

  /** Starts the runtime of `peers/<name>.ts`. */
  static async start(name: string): Promise<Peer> {
    const file = (of: string): string => fileURLToPath(new URL(`./${of}.ts`, import.meta.url));
    const child = fork(file("host"), [file(name)], { execArgv: ["--expose-gc", "--import", "tsx"] });
    child.once("exit", (code) => {
      if (code !== null) throw new Error(`The process of ${name} has ended with ${code}.`);
    });
    const [shapes] = (await once(child, "message")) as [readonly ShapeName[]];
    return new Peer(name, child, shapes);
  }

  /** CPU time of `times` runs, in microseconds. */
  async lap(request: LapRequest): Promise<number> {
    this.#process.send(request);
    const [us] = (await once(this.#process, "message")) as [number];
    return us;
  }

  stop(): void {
    this.#process.kill();
  }
}
