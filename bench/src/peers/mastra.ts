import { createStep, createWorkflow } from "@mastra/core/workflows";
import { z } from "zod";
import { addOne, type Count } from "../shapes.ts";
import { chains, fanOf10, ids, loopOf100, type Shapes } from "./shape.ts";

const schema = z.object({ v: z.number() });
const step = (id: string) =>
  createStep({
    id,
    inputSchema: schema,
    outputSchema: schema,
    execute: async ({ inputData }) => addOne(inputData),
  });

type Workflow = {
  then(step: unknown): Workflow;
  parallel(steps: readonly unknown[]): Workflow;
  dountil(step: unknown, until: (of: { inputData: Count }) => Promise<boolean>): Workflow;
  commit(): void;
  createRunAsync(): Promise<{
    start(options: { inputData: Count }): Promise<{ status: string; result?: unknown }>;
  }>;
};
const workflow = (id: string): Workflow => createWorkflow({ id, inputSchema: schema, outputSchema: z.any() });

async function run<Result>(of: Workflow, inputData: Count): Promise<Result> {
  const started = await of.createRunAsync();
  const { status, result } = await started.start({ inputData });
  if (status !== "success") throw new Error(`Mastra: ${status}`);
  return result as Result;
}

const fan = workflow("fan")
  .then(step("s"))
  .parallel(ids(10).map((id) => step(id)));
fan.commit();
const loop = workflow("loop").dountil(step("n"), async ({ inputData }) => inputData.v >= 100);
loop.commit();

export const shapes: Shapes = {
  ...chains((length) => {
    let chain = workflow(`chain-${length}`);
    for (const id of ids(length)) chain = chain.then(step(id));
    chain.commit();
    return (count) => run<Count>(chain, count);
  }),
  "fan-out of 10 and join": fanOf10(
    () => run<Record<string, Count>>(fan, { v: 0 }),
    ({ n9 }) => n9?.v ?? 0,
  ),
  "loop of 100": loopOf100(() => run<Count>(loop, { v: 0 })),
};
