import type { Folder } from "./mail.ts";

/** One mail that was delivered. */
export interface Delivery {
  readonly mailId: string;
  readonly folder: Folder;
}

/** Folders in memory: how many mails each has received, and the latest of them. */
export class Mailbox {
  readonly #counts: Record<Folder, number> = { inbox: 0, spam: 0, review: 0 };
  readonly #latest: Delivery[] = [];
  readonly #keep: number;

  /** @param keep How many of the latest deliveries are remembered. */
  constructor(keep = 1_000) {
    this.#keep = keep;
  }

  deliver(mailId: string, folder: Folder): void {
    this.#counts[folder] += 1;
    this.#latest.push({ mailId, folder });
    // Trimmed by half at a time, so that a delivery costs the same on average however many there were.
    if (this.#latest.length > 2 * this.#keep) this.#latest.splice(0, this.#latest.length - this.#keep);
  }

  /** Mails received since the start, by folder. */
  get counts(): Readonly<Record<Folder, number>> {
    return { ...this.#counts };
  }

  /** The latest deliveries, oldest first. */
  get latest(): readonly Delivery[] {
    return this.#latest.slice(-this.#keep);
  }
}
