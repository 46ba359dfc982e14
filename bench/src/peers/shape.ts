import type { Count } from "../shapes.ts";

/** The graphs that runtimes are compared on. */
export const shapeNames = [
  "chain of 3",
  "chain of 10",
  "chain of 1000",
  "fan-out of 10 and join",
  "loop of 100",
  "1000 runs of a chain of 10 at once",
] as const;
export type ShapeName = (typeof shapeNames)[number];

/** A graph of some runtime, and how many nodes' work one run of it must show. */
export interface Task {
  readonly expected: number;
  /** The runtime's own promise: what would be put around it to look at the result costs as much as some of them do. */
  run(): Promise<unknown>;
  /** The number that a run has counted to. */
  read(output: never): number;
}

/** A task for each shape that a runtime can express. */
export type Shapes = Readonly<Partial<Record<ShapeName, Task>>>;

const readCount = ({ v }: Count): number => v;

/** Chains, and many of them at once, from one function that makes a chain. */
export function chains(make: (length: number) => (count: Count) => Promise<Count>): Shapes {
  const chainOf = (length: number): Task => {
    const chain = make(length);
    return { expected: length, run: () => chain({ v: 0 }), read: readCount };
  };
  const ten = chainOf(10);
  return {
    "chain of 3": chainOf(3),
    "chain of 10": ten,
    "chain of 1000": chainOf(1000),
    "1000 runs of a chain of 10 at once": {
      expected: 10_000,
      run: () => Promise.all(Array.from({ length: 1000 }, () => ten.run())),
      read: (counts: readonly Count[]) => counts.reduce((sum, { v }) => sum + v, 0),
    },
  };
}

/** A loop that counts to 100. */
export function loopOf100(run: () => Promise<Count>): Task {
  return { expected: 100, run, read: readCount };
}

/** A fan of ten and its join; `read` finds what one of the branches gave. */
export function fanOf10<Out>(run: () => Promise<Out>, read: (output: Out) => number): Task {
  return { expected: 2, run, read };
}

export function ids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `n${at}`);
}
