import { z } from "zod";
import { binCount, binOf, lowestIndex, relativeError } from "./log-bins.ts";

const index = z
  .int()
  .min(lowestIndex)
  .max(lowestIndex + binCount - 1);
const seconds = z.number().nonnegative();

/**
 * A latency histogram as a JSON document. Each bin is `[index, count]`, ascending by index; bin `i` holds the
 * latencies with gamma^(i-1) < seconds <= gamma^i, where gamma = (1 + relativeError) / (1 - relativeError).
 * An empty histogram has no bins and no `sum`, `min` and `max`.
 */
export const LatencyHistogramJson = z
  .strictObject({
    relativeError: z.literal(relativeError),
    bins: z.array(z.tuple([index, z.int().positive()]).readonly()).readonly(),
    sum: seconds.exactOptional(),
    min: seconds.exactOptional(),
    max: seconds.exactOptional(),
  })
  .readonly()
  .superRefine(({ bins, sum, min, max }, context) => {
    const fault = (path: string, message: string): void =>
      context.addIssue({ code: "custom", path: [path], message });
    if (bins.some(([index], at) => at > 0 && index <= (bins[at - 1]?.[0] ?? index))) {
      fault("bins", "expected ascending indices, each once");
    }
    const [first, last] = [bins[0], bins.at(-1)];
    if (first === undefined || last === undefined) {
      if (sum !== undefined || min !== undefined || max !== undefined) {
        fault("bins", "expected bins beside sum, min and max, got none");
      }
      return;
    }
    if (sum === undefined) fault("sum", "expected the sum of the latencies, got none");
    expectInBin("min", min, first[0]);
    expectInBin("max", max, last[0]);

    function expectInBin(name: string, value: number | undefined, index: number): void {
      if (value === undefined || binOf(value) + lowestIndex !== index) {
        fault(name, `expected seconds within bin ${index}, got ${value ?? "nothing"}`);
      }
    }
  });
export type LatencyHistogramJson = z.infer<typeof LatencyHistogramJson>;
