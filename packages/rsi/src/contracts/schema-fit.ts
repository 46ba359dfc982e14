import type { JsonSchema } from "./json-schema.ts";

/** A schema with the document its references point into. */
interface Placed {
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
}

/** One thing that does not fit, and where, from the schema that was compared. */
interface Misfit {
  readonly path: readonly string[];
  readonly message: string;
}

const fits: readonly Misfit[] = [];

/**
 * Why a value that fits `given` might not fit `wanted`, in words; empty when every such value does.
 *
 * Compares shape: types, literals, required and unknown keys, alternatives, lists, records. Ranges of numbers
 * and patterns of texts are left to the check at run time. "Anything" is accepted where anything is wanted.
 */
export function schemaMisfits(given: JsonSchema, wanted: JsonSchema): readonly string[] {
  return new SchemaComparison().misfits(given, wanted);
}

/** {@link schemaMisfits} for many pairs: parts that were compared once are not compared again. */
export class SchemaComparison {
  readonly #known = new Map<JsonSchema, Map<JsonSchema, readonly Misfit[]>>();

  misfits(given: JsonSchema, wanted: JsonSchema): readonly string[] {
    const found = this.#compare({ schema: given, root: given }, { schema: wanted, root: wanted });
    return found.map(
      ({ path, message }) => `${path.join(".").replaceAll(".[]", "[]") || "the value"}: ${message}`,
    );
  }

  #compare(from: Placed, to: Placed): readonly Misfit[] {
    const given = resolved(from);
    const wanted = resolved(to);
    if (isAnything(wanted.schema)) return fits;
    let known = this.#known.get(given.schema);
    if (known === undefined) this.#known.set(given.schema, (known = new Map()));
    const before = known.get(wanted.schema);
    if (before !== undefined) return before;
    // A recursive schema comes back to a pair under comparison: it fits if nothing else speaks against it.
    known.set(wanted.schema, fits);
    const found = this.#compareResolved(given, wanted);
    known.set(wanted.schema, found);
    return found;
  }

  #compareResolved(given: Placed, wanted: Placed): readonly Misfit[] {
    const options = alternatives(given.schema);
    if (options !== undefined) {
      return options.flatMap((schema) => this.#compare({ ...given, schema }, wanted));
    }
    const choices = alternatives(wanted.schema);
    return choices === undefined
      ? this.#comparePlain(given, wanted)
      : this.#compareUnion(given, wanted, choices);
  }

  /** One of the alternatives must do; where none does, the nearest one is reported. */
  #compareUnion(given: Placed, wanted: Placed, choices: readonly JsonSchema[]): readonly Misfit[] {
    const possible = choices.filter(
      (choice) => !contradicts(given.schema, resolved({ ...wanted, schema: choice }).schema),
    );
    let nearest: readonly Misfit[] | undefined;
    for (const schema of possible.length > 0 ? possible : choices) {
      const found = this.#compare(given, { ...wanted, schema });
      if (found.length === 0) return fits;
      if (nearest === undefined || found.length < nearest.length) nearest = found;
    }
    return nearest ?? fits;
  }

  #comparePlain(given: Placed, wanted: Placed): readonly Misfit[] {
    const [from, to] = [given.schema, wanted.schema];
    if (to.contract !== undefined || from.contract !== undefined) {
      return from.contract === to.contract ? fits : [misfit(nameOf(to), nameOf(from))];
    }
    const allowed = literals(to);
    if (allowed !== undefined) {
      const values = literals(from);
      if (values === undefined) return [misfit(nameOf(to), nameOf(from))];
      const wrong = values.filter((value) => !allowed.includes(value));
      return wrong.length === 0 ? fits : [misfit(nameOf(to), wrong.map(text).join(", "))];
    }
    if (to.type === undefined) return fits;
    if (from.type !== to.type && !(from.type === "integer" && to.type === "number")) {
      return [misfit(nameOf(to), nameOf(from))];
    }
    if (to.type === "object") return this.#compareObjects(given, wanted);
    if (to.type !== "array" || to.items === undefined) return fits;
    return below(
      "[]",
      this.#compare({ ...given, schema: from.items ?? {} }, { ...wanted, schema: to.items }),
    );
  }

  #compareObjects(given: Placed, wanted: Placed): readonly Misfit[] {
    const [from, to] = [given.schema, wanted.schema];
    const has = (key: string): boolean => Object.hasOwn(from.properties ?? {}, key);
    const missing = (to.required ?? []).filter((key) => !has(key) || from.required?.includes(key) !== true);
    return [
      ...missing.map((key) => ({
        path: [key],
        message: `expected always, ${has(key) ? "given only sometimes" : "never given"}`,
      })),
      ...Object.entries(from.properties ?? {}).flatMap(([key, schema]) => {
        const goal = to.properties?.[key] ?? to.additionalProperties ?? true;
        if (goal === true) return fits;
        if (goal === false) return [{ path: [key], message: "given, but not expected" }];
        return below(key, this.#compare({ ...given, schema }, { ...wanted, schema: goal }));
      }),
      ...this.#compareOtherKeys(given, wanted),
    ];
  }

  /** What holds for the keys that are not named. */
  #compareOtherKeys(given: Placed, wanted: Placed): readonly Misfit[] {
    const from = given.schema.additionalProperties ?? true;
    const to = wanted.schema.additionalProperties ?? true;
    if (from === false || to === true) return fits;
    if (to === false) return [misfit("no keys but the named ones", "any keys")];
    return below(
      "{}",
      this.#compare({ ...given, schema: from === true ? {} : from }, { ...wanted, schema: to }),
    );
  }
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

/** True where a key has one literal in one and another in the other: no need to look deeper. */
function contradicts(given: JsonSchema, wanted: JsonSchema): boolean {
  return Object.entries(wanted.properties ?? {}).some(([key, goal]) => {
    const property = given.properties?.[key];
    return property !== undefined && "const" in goal && "const" in property && goal.const !== property.const;
  });
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

function misfit(expected: string, given: string): Misfit {
  return { path: [], message: `expected ${expected}, given ${given}` };
}

function below(key: string, found: readonly Misfit[]): readonly Misfit[] {
  return found.map(({ path, message }) => ({ path: [key, ...path], message }));
}
