import { z } from "zod";

/** One option of a driver as its JSON Schema describes it. */
export interface DescribedOption {
  /** Place in the options: `oversampling.pressure`, `channels[].range`. */
  readonly path: string;
  readonly description: string | undefined;
  readonly hasDefault: boolean;
  readonly isRequired: boolean;
}

const node = z.looseObject({
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  get properties() {
    return z.record(z.string(), node).optional();
  },
  get items() {
    return node.optional();
  },
});

type Node = z.infer<typeof node>;

const schemaOf = (options: z.ZodType): Node => node.parse(z.toJSONSchema(options, { io: "input" }));

const children = ({ properties = {}, required }: Node, prefix: string) =>
  Object.entries(properties).map(([key, child]) => ({
    key,
    child,
    path: `${prefix}${key}`,
    isRequired: required.includes(key),
  }));

const describeNode = (parent: Node, prefix: string): readonly DescribedOption[] =>
  children(parent, prefix).flatMap(({ child, path, isRequired }) => [
    {
      path,
      description: child.description,
      hasDefault: Object.hasOwn(child, "default"),
      isRequired,
    },
    ...describeNode(child, `${path}.`),
    ...(child.items === undefined ? [] : describeNode(child.items, `${path}[].`)),
  ]);

/** Every option of a schema, those inside of others included. */
export const describedOptions = (options: z.ZodType): readonly DescribedOption[] =>
  describeNode(schemaOf(options), "");

/** The least that an object needs: the first choice of each property that it cannot do without. */
const leastOf = ({ properties = {}, required }: Node): Record<string, unknown> =>
  Object.fromEntries(required.map((key) => [key, properties[key]?.enum?.[0]]));

const variantsOf = (parent: Node): readonly Record<string, unknown>[] =>
  Object.entries(parent.properties ?? {}).flatMap(([key, child]) => {
    const least = leastOf(parent);
    const choices = (child.enum ?? []).map((choice) => ({ ...least, [key]: choice }));
    const inner = variantsOf(child).map((variant) => ({ ...least, [key]: variant }));
    const items =
      child.items === undefined
        ? []
        : variantsOf(child.items).map((item) => ({ ...least, [key]: [item] }));
    return [...choices, ...inner, ...items];
  });

/** The defaults, and each choice of each option with everything else at its default. */
export const optionVariants = (options: z.ZodType): readonly Record<string, unknown>[] => [
  {},
  ...variantsOf(schemaOf(options)),
];
