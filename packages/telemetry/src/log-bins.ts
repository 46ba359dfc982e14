import { SparkError } from "@spark/graph";

/** The largest relative error of a quantile: the middle of a bin is at most this far from either edge. */
export const relativeError = 0.01;

/**
 * The mapping of DDSketch (Masson, Rim, Lee 2019): edge i is gamma^i with gamma = (1 + a) / (1 - a), and bin i
 * holds gamma^(i-1) < x <= gamma^i. The arithmetic is that of its reference implementations, step by step,
 * so that edges agree with theirs to the last bit.
 */
const gammaMinusOne = (2 * relativeError) / (1 - relativeError);
const binsPerOctave = (1 / Math.log1p(gammaMinusOne)) * Math.LN2;
const middleOfBin = 2 / (1 + (1 + gammaMinusOne));

/** Index i of the lowest bin, whose upper edge is the last one at or below 1 µs. */
export const lowestIndex = Math.floor(Math.log2(1e-6) * binsPerOctave);
const highestEdgeIndex = Math.ceil(Math.log2(10_000) * binsPerOctave);

/** Bins in all: the lowest reaches down to 0, the highest, one above the last edge, has no upper end. */
export const binCount = highestEdgeIndex - lowestIndex + 2;

/** Upper edge of each bin in seconds, the edge itself included; that of the highest is Infinity. */
const edges = Float64Array.from({ length: binCount }, (_, bin) =>
  bin === binCount - 1 ? Infinity : 2 ** ((lowestIndex + bin) / binsPerOctave),
);

const lowestEdge = edges[0] as number;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const highWord = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/**
 * A slot is what the exponent and the first six bits of the fraction single out: 64 to the octave. The widest
 * spans 1/64, less than a bin, so at most one edge falls into it and one comparison finds the bin.
 */
const slotShift = 14;
const firstSlot = slotOf(edges[0] as number);
const firstBinOfSlot = Uint16Array.from(
  { length: slotOf(edges[binCount - 2] as number) - firstSlot + 1 },
  (_, slot) => {
    words[highWord] = (firstSlot + slot) << slotShift;
    words[1 - highWord] = 0;
    const start = double[0] as number;
    return edges.findIndex((edge) => start <= edge);
  },
);

/**
 * The bin, from 0, that holds a latency in seconds. Exact at every edge, without a logarithm.
 *
 * @throws SparkError `invalid_input` for a negative or not finite number.
 */
export function binOf(seconds: number): number {
  if (seconds >= 0 && seconds <= lowestEdge) return 0;
  const slot = slotOf(seconds) - firstSlot;
  const bin = firstBinOfSlot[slot];
  if (bin === undefined) return binOutside(seconds);
  return seconds > (edges[bin] as number) ? bin + 1 : bin;
}

/** Upper edge of a bin in seconds. */
export function upperEdge(bin: number): number {
  return edges[bin] as number;
}

/** What stands for all values of a bin: within {@link relativeError} of each; 0 and Infinity at the two ends. */
export function binValue(bin: number): number {
  return bin === 0 ? 0 : upperEdge(bin) * middleOfBin;
}

function slotOf(value: number): number {
  double[0] = value;
  return (words[highWord] as number) >>> slotShift;
}

function binOutside(seconds: number): number {
  if (!(seconds >= 0 && seconds < Infinity)) {
    throw new SparkError(
      "invalid_input",
      `A latency must be a finite number of seconds at or above 0, got ${seconds}. Check the clock that measured it.`,
      { details: { seconds } },
    );
  }
  return seconds < 1 ? 0 : binCount - 1;
}
