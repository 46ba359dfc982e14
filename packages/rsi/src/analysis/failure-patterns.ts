import type { RunRecord } from "@spark/graph";
import type { FailurePattern } from "@spark/rsi-model";

const samples = 3;

/** What the error type of a failure is called when the graph went on along a fallback edge. */
export const handledFailure = "handled_by_fallback";

/**
 * The failures of some runs by node and type of error, most frequent first, each with up to three messages
 * (no two alike) and three run ids. A run that failed as a whole (time-out, budget) counts under the graph's id.
 */
export function findFailures(
  records: readonly RunRecord[],
  nodeNames: ReadonlyMap<string, string> = new Map(),
): readonly FailurePattern[] {
  const groups = new Map<string, { nodeId: string; errorType: string; records: RunRecord[] }>();
  const count = (nodeId: string, errorType: string, record: RunRecord): void => {
    const key = JSON.stringify([nodeId, errorType]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { nodeId, errorType, records: [record] });
    else group.records.push(record);
  };
  for (const record of records) {
    const { error, nodes, graphId } = record;
    if (error !== undefined) count(error.nodeId ?? graphId, error.type, record);
    const last = error?.nodeId === undefined ? undefined : nodes.findLast(isFailureOf(error.nodeId));
    for (const node of nodes) if (!node.ok && node !== last) count(node.nodeId, handledFailure, record);
  }
  return [...groups.values()]
    .sort((a, b) => b.records.length - a.records.length)
    .map(({ nodeId, errorType, records }) => ({
      nodeId,
      nodeName: nodeNames.get(nodeId) ?? nodeId,
      errorType,
      count: records.length,
      sampleMessages: [...new Set(messagesOf(records, errorType))].slice(0, samples),
      exampleRunIds: records.slice(0, samples).map(({ runId }) => runId),
    }));
}

function isFailureOf(nodeId: string) {
  return (node: RunRecord["nodes"][number]): boolean => node.nodeId === nodeId && !node.ok;
}

function messagesOf(records: readonly RunRecord[], errorType: string): readonly string[] {
  return records.flatMap(({ error }) => (error?.type === errorType ? [error.message] : []));
}
