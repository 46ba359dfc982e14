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
    // No more are moved than have been taken, so that taking one costs the same in the end.
    if (this.#head * 2 >= this.#items.length) this.#dropTaken();
    return item;
  }

  #dropTaken(): void {
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}
