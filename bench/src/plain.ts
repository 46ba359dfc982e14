import type { Count } from "./shapes.ts";

/*
 * What one writes by hand instead of a graph. The functions are made one by one, as ten functions in a program
 * are ten: one closure used ten times would be compiled better than any program is.
 */

type Work = (count: Count) => Promise<Count>;

const work = (): Work => async (count) => ({ v: count.v + 1 });

/** Ten awaits, one after the other. */
export function plainChainOfTen(): Work {
  const [a, b, c, d, e] = [work(), work(), work(), work(), work()];
  const [f, g, h, i, j] = [work(), work(), work(), work(), work()];
  return async (count) => {
    let now = await a(count);
    now = await b(now);
    now = await c(now);
    now = await d(now);
    now = await e(now);
    now = await f(now);
    now = await g(now);
    now = await h(now);
    now = await i(now);
    now = await j(now);
    return now;
  };
}

/** The same for any length: a list of functions and a loop. */
export function plainChain(length: number): Work {
  const works = Array.from({ length }, work);
  return async (count) => {
    let now = count;
    for (const next of works) now = await next(now);
    return now;
  };
}

/** One function until the count is reached. */
export function plainLoop(turns: number): Work {
  const turn = work();
  return async (count) => {
    let now = count;
    do now = await turn(now);
    while (now.v < turns);
    return now;
  };
}

/** One function, ten at once, and their results by name. */
export function plainFanOfTen(): (count: Count) => Promise<Record<string, Count>> {
  const first = work();
  const [a, b, c, d, e] = [work(), work(), work(), work(), work()];
  const [f, g, h, i, j] = [work(), work(), work(), work(), work()];
  return async (count) => {
    const now = await first(count);
    const [n0, n1, n2, n3, n4, n5, n6, n7, n8, n9] = await Promise.all([
      a(now),
      b(now),
      c(now),
      d(now),
      e(now),
      f(now),
      g(now),
      h(now),
      i(now),
      j(now),
    ]);
    return { n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 };
  };
}
