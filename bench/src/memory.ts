/** Bytes that `make` leaves on the heap for each of `count` things it makes, all of them kept. */
export async function bytesEach(count: number, make: (at: number) => unknown): Promise<number> {
  const kept = Array.from<unknown>({ length: count });
  await make(0);
  const before = heapUsed();
  for (let at = 0; at < count; at += 1) kept[at] = await make(at);
  const bytes = (heapUsed() - before) / count;
  if (kept.length !== count) throw new Error("what is measured must be kept");
  return bytes;
}

/** Bytes in use, typed arrays included, after a full collection. */
export function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error("Memory is measured with node --expose-gc.");
  globalThis.gc();
  globalThis.gc();
  const { heapUsed: objects, arrayBuffers } = process.memoryUsage();
  return objects + arrayBuffers;
}
