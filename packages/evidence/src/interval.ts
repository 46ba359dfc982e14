/** A range that holds the true value with the stated confidence. Ends belong to it. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}
