/** Freezes a JSON-like value through and through, and returns it. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}

/** The same where a frozen outermost object is one of ours, and frozen through and through already. */
export function deepFreezeOnce<Value extends object>(value: Value): Value {
  return Object.isFrozen(value) ? value : deepFreeze(value);
}
