/** What kind of thing went wrong; stable across releases, safe to switch on. */
export type SparkErrorCode =
  | "invalid_spec"
  | "invalid_condition"
  | "invalid_config"
  | "invalid_input"
  | "unknown_node_type"
  | "unknown_version"
  | "unsupported"
  | "node_failed"
  | "node_timeout"
  | "run_timeout"
  | "run_aborted"
  | "effect_not_recorded"
  | "step_limit"
  | "budget_exceeded"
  | "join_starved"
  | "storage_failed"
  | "storage_corrupt"
  | "storage_locked"
  | "lease_held"
  | "lease_lost"
  | "no_answer"
  | "unknown_id"
  | "illegal_state"
  | "internal";

const brand = Symbol.for("@spark/SparkError");

/**
 * The one error class of the project: something is broken, or an input is not acceptable.
 *
 * The message says what was expected, what came, where, and what to do. `details` carries the same as data.
 * Recognise it with {@link isSparkError}, which also works when two copies of the package are installed.
 */
export class SparkError extends Error {
  override readonly name = "SparkError";
  readonly [brand] = true;
  readonly code: SparkErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: SparkErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** True for every {@link SparkError}, also of another copy of this package; optionally of one `code` only. */
export function isSparkError(error: unknown, code?: SparkErrorCode): error is SparkError {
  return (
    typeof error === "object" &&
    error !== null &&
    brand in error &&
    (code === undefined || (error as SparkError).code === code)
  );
}
