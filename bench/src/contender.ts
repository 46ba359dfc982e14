/** Something that does the measured work a number of times in a row. */
export interface Contender {
  readonly name: string;
  run(times: number): Promise<void> | void;
}

/** A contender that awaits each piece of work before it begins the next. */
export function repeated(name: string, work: () => unknown): Contender {
  return {
    name,
    async run(times) {
      for (let done = 0; done < times; done += 1) await work();
    },
  };
}

/** A contender whose work is synchronous. What the work gives is added up, so that none of it is dropped as dead. */
export function tight(name: string, work: (turn: number) => number): Contender {
  let sum = 0;
  return {
    name,
    run(times) {
      for (let turn = 0; turn < times; turn += 1) sum += work(turn);
      if (Number.isNaN(sum)) throw new Error(`${name}: the work gave no number`);
    },
  };
}
