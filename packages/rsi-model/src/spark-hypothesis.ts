import { SparkError } from "@spark/graph";
import { ExpectedImprovement, ImprovementHypothesis } from "./hypothesis.ts";
import { readSparkChange, writeSparkChange } from "./spark-change.ts";
import { checkDocument, isObject, readPart, sparkPart, writePart } from "./spark-document.ts";

const hypothesisPart = sparkPart(ImprovementHypothesis.unwrap(), {
  within: { expectedImprovement: sparkPart(ExpectedImprovement.unwrap()) },
  times: ["createdAt"],
});

/**
 * Reads a hypothesis of the Python project: snake_case, the `additional_params` of its changes unfolded,
 * unknown keys kept in `extra`, times without an offset taken as UTC.
 *
 * @throws SparkError `invalid_input` that lists the faults with their paths in the document.
 */
export function readSparkHypothesis(json: unknown): ImprovementHypothesis {
  const fields = readPart(json, hypothesisPart);
  const changes =
    isObject(fields) && Array.isArray(fields["changes"]) ? readChanges(fields["changes"]) : undefined;
  return checkDocument(
    isObject(fields) && changes ? { ...fields, changes } : fields,
    ImprovementHypothesis,
    "hypothesis",
  );
}

function readChanges(changes: readonly unknown[]): readonly unknown[] {
  const faults: string[] = [];
  const read = changes.map((change, index) => {
    try {
      return readSparkChange(change);
    } catch (error) {
      faults.push(`- changes.${index}: ${(error as Error).message}`);
      return undefined;
    }
  });
  if (faults.length === 0) return read;
  throw new SparkError("invalid_input", `The hypothesis document is not acceptable:\n${faults.join("\n")}`, {
    details: { faults },
  });
}

/** Writes a hypothesis as the Python project reads it. */
export function writeSparkHypothesis(hypothesis: ImprovementHypothesis): unknown {
  const document = writePart(hypothesis, hypothesisPart) as Record<string, unknown>;
  return { ...document, changes: hypothesis.changes.map(writeSparkChange) };
}
