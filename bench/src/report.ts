import type { Row } from "./row.ts";

/** Hands a finished row to the process that prints the table; alone, a group prints it. */
export function report(row: Row): void {
  if (process.send !== undefined) process.send(row);
  else console.log(JSON.stringify(row));
}
