/**
 * Marks a result that holds only for a sample size fixed before the first look.
 *
 * Looked at repeatedly until it says what one hopes for, its error grows without bound: at 30 looks a test at
 * 5 % is wrong in 13 to 27 %. Decisions taken while data arrive need an e-process.
 */
export const fixedSample = "valid only for a sample size fixed before the first look";

/** See `fixedSample`. */
export type FixedSample = typeof fixedSample;

/** An interval of a sample whose size was fixed beforehand. */
export interface FixedSampleInterval {
  readonly validity: FixedSample;
  readonly lower: number;
  readonly upper: number;
}
