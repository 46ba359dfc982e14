import { isSparkError } from "@spark/graph";

/** An error in words, with its causes. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = isSparkError(error) ? `${error.code}: ` : "";
  return error.cause instanceof Error
    ? `${code}${error.message} (${messageOf(error.cause)})`
    : `${code}${error.message}`;
}
