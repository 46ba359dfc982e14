/** Taken items that are still in the list, at the least, before it is made anew without them. */
const mostTaken = 1024;

/**
 * First in, first out. Adding and taking cost the same however many there are, where a list's `shift` moves all that
 * remain.
 */
export class Fifo<Item extends object> {
  #items: (Item | undefined)[] = [];
  /** Where the next one to be taken is. */
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  add(item: Item): void {
    this.#items.push(item);
  }

  /** Takes out the one that was added first. */
  take(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.size === 0 || this.#head >= mostTaken) this.#dropTaken();
    return item;
  }

  #dropTaken(): void {
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}
