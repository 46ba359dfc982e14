import type { FlightList } from "./flight-list.ts";

/** The runs under way on one version, as they are whenever it is asked. */
export class RunsUnderWay {
  readonly #flights: FlightList;
  readonly #starts: { readonly sequence: number };

  /** @param starts - Knows the place in the order of starts that the next run will have. */
  constructor(flights: FlightList, starts: { readonly sequence: number }) {
    this.#flights = flights;
    this.#starts = starts;
  }

  get size(): number {
    return this.#flights.size;
  }

  /** The place in the order of starts up to which every run of the version has ended (exclusive). */
  get settledUpTo(): number {
    const { first } = this.#flights;
    return first === undefined ? this.#starts.sequence : first.sequence;
  }
}
