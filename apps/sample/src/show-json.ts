/** Said again in every result, and long: the spec stands in its version, the record repeats the result. */
const leftOut = new Set(["modifiedSpec", "deploymentRecord"]);

/** An event as one line of JSON: `{ "type": …, "at": …, … }`. Times are milliseconds since the Unix epoch. */
export function jsonLine(event: { readonly type: string; readonly at: number }): string {
  const { type, at, ...rest } = event;
  return JSON.stringify({ type, at, ...rest }, (key, value: unknown) =>
    leftOut.has(key) ? undefined : value,
  );
}
