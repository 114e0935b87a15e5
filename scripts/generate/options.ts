import { stringify } from "yaml";
import { z } from "zod";
import { quantityGroups } from "../../src/quantities.ts";
import { anchor, cell, code } from "./markdown.ts";

/** What the documentation needs of a JSON Schema. */
const nodeSchema = z.object({
  title: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
  examples: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  pattern: z.string().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), nodeSchema).optional();
  },
  get items() {
    return nodeSchema.optional();
  },
  get anyOf() {
    return z.array(nodeSchema).optional();
  },
});

type Node = z.infer<typeof nodeSchema>;

const mostChoices = 12;

const schemaOf = (options: z.ZodType): Node =>
  nodeSchema.parse(z.toJSONSchema(options, { io: "input", unrepresentable: "any" }));

const literal = (value: unknown): string =>
  code(typeof value === "string" ? value : stringify(value, { collectionStyle: "flow" }).trimEnd());

const rangeOf = ({ minimum, maximum }: Node): string => {
  const upper = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const lower = minimum === undefined || minimum <= -Number.MAX_SAFE_INTEGER ? undefined : minimum;
  if (lower !== undefined && upper !== undefined) return `, ${lower} to ${upper}`;
  if (lower !== undefined) return `, ${lower} and up`;
  return upper === undefined ? "" : `, up to ${upper}`;
};

/** The group of the catalogue that has all these names, if there are too many of them for a cell. */
const groupOf = (values: readonly unknown[]): string | undefined =>
  values.length <= mostChoices
    ? undefined
    : quantityGroups.find(({ quantities }) =>
        values.every((value) => Object.values(quantities).some(({ name }) => name === value)),
      )?.title;

const choices = (values: readonly unknown[]): string => {
  const group = groupOf(values);
  return group === undefined
    ? values.map(literal).join(", ")
    : `one of the [${group.toLowerCase()}](metrics.md#${anchor(group)})`;
};

const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "`true`, `false`",
  integer: "whole number",
  number: "number",
  array: "list",
  object: "mapping",
};

const valuesOf = (node: Node): string => {
  if (node.title !== undefined) return node.title;
  if (node.enum !== undefined) return choices(node.enum);
  if (node.const !== undefined) return literal(node.const);
  if (node.anyOf !== undefined) return node.anyOf.map(valuesOf).join(", or ");
  const types = [node.type ?? []].flat().map((type) => typeNames[type] ?? type);
  return `${types.join(" or ")}${rangeOf(node)}`;
};

const rowOf = (path: string, node: Node, isRequired: boolean): readonly string[] => {
  const isEmpty = JSON.stringify(node.default) === "{}";
  const shown = node.default === undefined || isEmpty ? "" : literal(node.default);
  return [
    code(path),
    cell(valuesOf(node)),
    isRequired ? "required" : cell(shown),
    cell(node.description ?? ""),
  ];
};

const rowsOf = (parent: Node, prefix: string): readonly (readonly string[])[] =>
  Object.entries(parent.properties ?? {}).flatMap(([key, node]) => {
    const path = `${prefix}${key}`;
    const isRequired = (parent.required ?? []).includes(key);
    return [
      rowOf(path, node, isRequired),
      ...rowsOf(node, `${path}.`),
      ...rowsOf(node.items ?? {}, `${path}[].`),
    ];
  });

/** Rows of a table of options, those of nested mappings and lists included: path, values, default, meaning. */
export const optionRows = (options: z.ZodType): readonly (readonly string[])[] =>
  rowsOf(schemaOf(options), "");

/**
 * Options for an example: those whose schema gives one, and those that are required.
 *
 * Throws if a required option has no example (`.meta({ examples: [...] })`).
 */
export const exampleOptions = (options: z.ZodType): Readonly<Record<string, unknown>> => {
  const { properties = {}, required = [] } = schemaOf(options);
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, { examples = [], enum: values = [] }]) => {
      const isRequired = required.includes(key);
      const [example] = [...examples, ...(isRequired ? values : [])];
      if (isRequired && example === undefined) {
        throw new Error(
          `the option ${key} is required: give its schema .meta({ examples: [...] })`,
        );
      }
      return example === undefined ? [] : [[key, example]];
    }),
  );
};
