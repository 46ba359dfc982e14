import type { JsonSchema } from "./json-schema.ts";

/** A schema with the document its references point into. */
interface Placed {
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
}

interface Pair {
  readonly given: Placed;
  readonly wanted: Placed;
  /** Dotted path from the top. */
  readonly at: string;
  /** Pairs that are being compared already: a recursive schema comes back to them. */
  readonly open: ReadonlyMap<JsonSchema, ReadonlySet<JsonSchema>>;
}

/**
 * Why a value that fits `given` might not fit `wanted`, in words; empty when every such value does.
 *
 * Compares shape: types, literals, required and unknown keys, alternatives, lists, records. Ranges of numbers
 * and patterns of texts are left to the check at run time. "Anything" is accepted where anything is wanted.
 */
export function schemaMisfits(given: JsonSchema, wanted: JsonSchema): readonly string[] {
  return misfits({
    given: { schema: given, root: given },
    wanted: { schema: wanted, root: wanted },
    at: "",
    open: new Map(),
  });
}

function misfits(pair: Pair): readonly string[] {
  const given = resolved(pair.given);
  const wanted = resolved(pair.wanted);
  if (isAnything(wanted.schema) || pair.open.get(given.schema)?.has(wanted.schema) === true) return [];
  const open = new Map(pair.open);
  open.set(given.schema, new Set([...(open.get(given.schema) ?? []), wanted.schema]));
  const here = { ...pair, given, wanted, open };
  const options = alternatives(given.schema);
  if (options !== undefined) {
    return options.flatMap((schema) => misfits({ ...here, given: { ...given, schema } }));
  }
  const choices = alternatives(wanted.schema);
  return choices === undefined ? plainMisfits(here) : unionMisfits(here, choices);
}

/** One of the alternatives must do; where none does, the nearest one is reported. */
function unionMisfits(pair: Pair, choices: readonly JsonSchema[]): readonly string[] {
  const attempts = choices.map((schema) => misfits({ ...pair, wanted: { ...pair.wanted, schema } }));
  return attempts.reduce((best, next) => (next.length < best.length ? next : best));
}

function plainMisfits(pair: Pair): readonly string[] {
  const { given, wanted, at } = pair;
  const [from, to] = [given.schema, wanted.schema];
  if (to.contract !== undefined || from.contract !== undefined) {
    return from.contract === to.contract ? [] : [misfit(at, nameOf(to), nameOf(from))];
  }
  const allowed = literals(to);
  if (allowed !== undefined) {
    const values = literals(from);
    if (values === undefined) return [misfit(at, nameOf(to), nameOf(from))];
    const wrong = values.filter((value) => !allowed.includes(value));
    return wrong.length === 0 ? [] : [misfit(at, nameOf(to), wrong.map(text).join(", "))];
  }
  if (to.type === undefined) return [];
  if (from.type !== to.type && !(from.type === "integer" && to.type === "number")) {
    return [misfit(at, nameOf(to), nameOf(from))];
  }
  if (to.type === "object") return objectMisfits(pair);
  if (to.type === "array" && to.items !== undefined) {
    return misfits({
      ...pair,
      given: { ...given, schema: from.items ?? {} },
      wanted: { ...wanted, schema: to.items },
      at: `${at}[]`,
    });
  }
  return [];
}

function objectMisfits({ given, wanted, at, open }: Pair): readonly string[] {
  const [from, to] = [given.schema, wanted.schema];
  const below = (key: string): string => (at === "" ? key : `${at}.${key}`);
  const has = (key: string): boolean => Object.hasOwn(from.properties ?? {}, key);
  const missing = (to.required ?? []).filter((key) => !has(key) || from.required?.includes(key) !== true);
  return [
    ...missing.map(
      (key) => `${below(key)}: expected always, ${has(key) ? "given only sometimes" : "never given"}`,
    ),
    ...Object.entries(from.properties ?? {}).flatMap(([key, schema]) => {
      const goal = to.properties?.[key] ?? to.additionalProperties ?? {};
      if (goal === true) return [];
      if (goal === false) return [`${below(key)}: given, but not expected`];
      return misfits({
        given: { ...given, schema },
        wanted: { ...wanted, schema: goal },
        at: below(key),
        open,
      });
    }),
    ...recordMisfits({ given, wanted, at, open }),
  ];
}

/** What holds for the keys that are not named. */
function recordMisfits({ given, wanted, at, open }: Pair): readonly string[] {
  const from = given.schema.additionalProperties ?? true;
  const to = wanted.schema.additionalProperties ?? true;
  if (from === false || to === true) return [];
  if (to === false) return [misfit(at, "no keys but the named ones", "any keys")];
  return misfits({
    given: { ...given, schema: from === true ? {} : from },
    wanted: { ...wanted, schema: to },
    at: `${at}{}`,
    open,
  });
}

/** A document within another one keeps its own references. */
function resolved({ schema, root: outer }: Placed): Placed {
  const root = schema.$schema === undefined ? outer : schema;
  if (schema.allOf !== undefined) return { schema: merged(schema, root), root };
  if (schema.$ref === undefined) return { schema, root };
  const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref)?.[1];
  const target = name === undefined ? root : root.$defs?.[name];
  return resolved({ schema: target ?? {}, root });
}

/** Both sides of an intersection at once, as far as objects are concerned. */
function merged(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const parts = (schema.allOf ?? []).map((part) => resolved({ schema: part, root }).schema);
  return {
    type: "object",
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)) as NonNullable<
      JsonSchema["properties"]
    >,
    required: parts.flatMap(({ required }) => required ?? []),
  };
}

function isAnything({ type, anyOf, oneOf, allOf, enum: values, contract, ...rest }: JsonSchema): boolean {
  return (
    !("const" in rest) && [type, anyOf, oneOf, allOf, values, contract].every((part) => part === undefined)
  );
}

function alternatives({ anyOf, oneOf }: JsonSchema): readonly JsonSchema[] | undefined {
  return anyOf ?? oneOf;
}

function literals(schema: JsonSchema): readonly unknown[] | undefined {
  return "const" in schema ? [schema.const] : schema.enum;
}

function nameOf(schema: JsonSchema): string {
  return schema.contract ?? literals(schema)?.map(text).join(" or ") ?? schema.type ?? "anything";
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

function misfit(at: string, expected: string, given: string): string {
  return `${at === "" ? "the value" : at}: expected ${expected}, given ${given}`;
}
