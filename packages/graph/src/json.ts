import { z } from "zod";

/** What a JSON document can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Schema of {@link JsonValue}: finite numbers, strings, booleans, null, lists and plain objects of them. */
export const JsonValue: z.ZodType<JsonValue> = z.json();

/** Schema of {@link JsonObject}. */
export const JsonObject: z.ZodType<JsonObject> = z.record(z.string(), JsonValue);
