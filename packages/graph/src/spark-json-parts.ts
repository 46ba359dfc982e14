import type { z } from "zod";
import {
  BudgetSpec,
  ConditionSpec,
  EdgeSpec,
  GraphSpec,
  GraphStateSpec,
  NodeSpec,
  TaskSpec,
} from "./spec.ts";

/** Which kind of object a value is; conditions come in several. */
export type PartOf = (value: Readonly<Record<string, unknown>>) => DocumentPart;

/** One kind of object in a document of the Python project, and the fields of ours that its keys become. */
export interface DocumentPart {
  /** Field of each document key, in the order of the schema. */
  readonly fields: ReadonlyMap<string, string>;
  /** Document key of each field. */
  readonly keys: ReadonlyMap<string, string>;
  /** Other names a document key goes by. */
  readonly aliases: Readonly<Record<string, string>>;
  /** What is within a field, or within the items of its list; other fields hold plain JSON. */
  readonly within: Readonly<Record<string, PartOf>>;
  /** Document keys that say nothing when they are null. */
  readonly nullable: ReadonlySet<string>;
  /** Fields that a document may leave out where ours cannot. */
  readonly defaults: Readonly<Record<string, string>>;
}

/** The whole document. */
export const graphPart: PartOf = part(GraphSpec.unwrap(), {
  within: {
    nodes: part(NodeSpec.unwrap()),
    edges: part(EdgeSpec.unwrap(), {
      aliases: { from_id: "from_node", to_id: "to_node" },
      within: { condition: conditionPart(), eventFilter: conditionPart() },
    }),
    graphState: part(GraphStateSpec.unwrap()),
    task: part(TaskSpec.unwrap(), { within: { budget: part(BudgetSpec.unwrap()) } }),
  },
});

/** A condition belongs to the part of its kind. Without one it is an expression; so says the Python project. */
function conditionPart(): PartOf {
  const schemas = ConditionSpec.unwrap().options;
  const nullable = schemas.flatMap((schema) => Object.keys(schema.shape).map(snakeCase));
  const parts = new Map(
    schemas.map((schema) => [
      schema.shape.kind.value as string,
      part(schema, { nullable, defaults: { kind: "expr" } }),
    ]),
  );
  const expression = parts.get("expr") as PartOf;
  return (value) => (parts.get(String(value["kind"])) ?? expression)(value);
}

interface PartOptions {
  readonly aliases?: DocumentPart["aliases"];
  readonly within?: DocumentPart["within"];
  readonly nullable?: readonly string[];
  readonly defaults?: DocumentPart["defaults"];
}

function part(schema: z.ZodObject, options: PartOptions = {}): PartOf {
  const { aliases = {}, within = {}, nullable = [], defaults = {} } = options;
  const pairs = Object.keys(schema.shape)
    .filter((field) => field !== "extra")
    .map((field) => [snakeCase(field), field] as const);
  const made: DocumentPart = {
    fields: new Map(pairs),
    keys: new Map(pairs.map(([key, field]) => [field, key])),
    aliases,
    within,
    nullable: new Set([...pairs.map(([key]) => key), ...Object.keys(aliases), ...nullable]),
    defaults,
  };
  return () => made;
}

function snakeCase(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
