import type { Flight } from "./flight.ts";

/** The runs under way in the order of their starts: adding and removing cost the same however many there are. */
export class FlightList {
  first: Flight | undefined;
  #last: Flight | undefined;
  size = 0;

  add(flight: Flight): void {
    flight.previous = this.#last;
    if (this.#last === undefined) this.first = flight;
    else this.#last.following = flight;
    this.#last = flight;
    this.size += 1;
  }

  remove(flight: Flight): void {
    const { previous, following } = flight;
    if (previous === undefined) this.first = following;
    else previous.following = following;
    if (following === undefined) this.#last = previous;
    else following.previous = previous;
    flight.previous = undefined;
    flight.following = undefined;
    this.size -= 1;
  }

  *[Symbol.iterator](): Iterator<Flight> {
    for (let flight = this.first; flight !== undefined;) {
      const { following } = flight;
      yield flight;
      flight = following;
    }
  }
}
