import { z } from "zod";
import type { Path } from "./problems.ts";

/** The keys that a schema knows at a path below it, over all variants that could be meant there. */
export const keysAt = (schema: z.core.$ZodType, path: Path): readonly string[] => {
  const schemas = path.reduce<readonly z.core.$ZodType[]>(
    (current, part) => current.flatMap(variants).flatMap((variant) => childrenOf(variant, part)),
    [schema],
  );
  return [...new Set(schemas.flatMap(variants).flatMap(keysOf))];
};

// What may stand in the file, where defaults and transformations are wrapped around it.
const variants = (schema: z.core.$ZodType): readonly z.core.$ZodType[] => {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(variants);
  if (schema instanceof z.ZodPipe) return variants(schema.in);
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly;
  return isWrapper ? variants(schema.unwrap()) : [schema];
};

const keysOf = (schema: z.core.$ZodType): readonly string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];

const childrenOf = (schema: z.core.$ZodType, part: string | number): readonly z.core.$ZodType[] => {
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, part)) return [];
  return [schema.shape[part]];
};
