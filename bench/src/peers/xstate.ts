import { assign, createActor, fromPromise, setup, toPromise } from "xstate";
import { addOne, type Count } from "../shapes.ts";
import { chains, fanOf10, ids, loopOf100, type Shapes } from "./shape.ts";

const machines = setup({
  types: {},
  actors: { addOne: fromPromise(async ({ input }: { input: Count }) => addOne(input)) },
});

// A machine made in a loop is out of reach of the builder's types.
const stateOf = (onDone: unknown): object => ({
  invoke: { src: "addOne", input: ({ context }: { context: Count }) => ({ v: context.v }), onDone },
});
const keep = assign(({ event }: { event: { output?: Count } }) => ({ v: event.output?.v ?? 0 }));
const machineOf = (config: object): Parameters<typeof createActor>[0] =>
  machines.createMachine({
    context: ({ input }: { input: Count }) => ({ v: input.v }),
    output: ({ context }: { context: Count }) => context,
    ...config,
  } as never) as never;

async function run(machine: ReturnType<typeof machineOf>, input: Count): Promise<never> {
  const actor = createActor(machine, { input } as never);
  const ended = toPromise(actor);
  actor.start();
  return (await ended) as never;
}

const chain = (length: number): ReturnType<typeof machineOf> =>
  machineOf({
    initial: "n0",
    states: {
      ...Object.fromEntries(
        ids(length).map((id, at) => [
          id,
          stateOf({ target: at + 1 === length ? "end" : `n${at + 1}`, actions: keep }),
        ]),
      ),
      end: { type: "final" },
    },
  });

const fan = machineOf({
  initial: "s",
  states: {
    s: stateOf({ target: "branches", actions: keep }),
    branches: {
      type: "parallel",
      states: Object.fromEntries(
        ids(10).map((id) => [
          id,
          {
            initial: "on",
            states: {
              on: stateOf({
                target: "end",
                actions: assign(({ event }) => ({ [id]: (event as { output?: Count }).output?.v ?? 0 })),
              }),
              end: { type: "final" },
            },
          },
        ]),
      ),
      onDone: "end",
    },
    end: { type: "final" },
  },
});

const loop = machineOf({
  initial: "n",
  states: {
    n: stateOf([
      {
        target: "n",
        reenter: true,
        actions: keep,
        guard: ({ event }: { event: { output: Count } }) => event.output.v < 100,
      },
      { target: "end", actions: keep },
    ]),
    end: { type: "final" },
  },
});

export const shapes: Shapes = {
  ...chains((length) => {
    const machine = chain(length);
    return (count) => run(machine, count);
  }),
  "fan-out of 10 and join": fanOf10<{ n9: number }>(
    () => run(fan, { v: 0 }),
    ({ n9 }) => n9,
  ),
  "loop of 100": loopOf100(() => run(loop, { v: 0 })),
};
