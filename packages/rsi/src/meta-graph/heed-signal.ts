/** Settles as `work` does, or rejects with the signal's reason as soon as it aborts; `work` goes on then. */
export async function heedSignal<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  const released = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true, signal: released.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    released.abort();
  }
}
