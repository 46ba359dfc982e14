import type { NodeContext } from "@spark/graph";
import { z } from "zod";
import { AnalysisRequest } from "../analysis/performance-analyzer-node.ts";
import { ContractNode } from "../contract-node.ts";
import { beginCycle, type Cycle } from "./cycle.ts";

/** A cycle that is to begin. */
const CycleStart = z.custom<Cycle>(
  (value) => typeof value === "object" && value !== null && "baseline" in value && "note" in value,
  { error: "expected a cycle" },
);

/** Makes the cycle known to all stations, and asks for the analysis of the version it starts from. */
export class BeginNode extends ContractNode<typeof CycleStart, typeof AnalysisRequest> {
  constructor() {
    super("BeginCycle", { input: CycleStart, output: AnalysisRequest });
  }

  protected override work(cycle: Cycle, { state }: NodeContext): AnalysisRequest {
    beginCycle(state, cycle);
    const { spec, versionId } = cycle.baseline;
    return { graphId: spec.id, graphVersion: versionId, spec };
  }
}
