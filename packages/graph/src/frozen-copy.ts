/**
 * The JSON value deeply frozen: what is frozen already, with all that is in it, is shared, the rest is copied.
 * Nothing of the caller's is changed or frozen.
 */
export function frozenCopy<Value>(value: Value): Value;
export function frozenCopy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Array.isArray(value) ? frozenList(value) : frozenRecord(value as Record<string, unknown>);
}

function frozenList(list: readonly unknown[]): readonly unknown[] {
  const copy = list.map((item) => frozenCopy(item));
  const isShared = Object.isFrozen(list) && copy.every((item, index) => item === list[index]);
  return isShared ? list : Object.freeze(copy);
}

function frozenRecord(record: Readonly<Record<string, unknown>>): object {
  const copy = { ...record };
  let isShared = Object.isFrozen(record);
  for (const key of Object.keys(record)) {
    const field = frozenCopy(record[key]);
    if (field === record[key]) continue;
    copy[key] = field;
    isShared = false;
  }
  return isShared ? record : Object.freeze(copy);
}
