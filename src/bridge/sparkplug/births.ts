import type { PublishedMetric, PublishedPayload, PublishedValue } from "./payload.ts";

/** What a birth says of a metric, and later messages leave out. */
export interface Definition {
  readonly name: string;
  readonly datatype: number | undefined;
  readonly unit: string | undefined;
}

/** What the latest birth of a node or device has defined. */
export interface Births {
  /** Replaces all definitions; identical ones are no change. */
  readonly learn: (payload: PublishedPayload) => void;
  readonly forget: () => void;
  readonly byAlias: (alias: string) => Definition | undefined;
  readonly byName: (name: string) => Definition | undefined;
  /** Another text when something has changed. */
  readonly generation: () => string;
}

const unitProperty = /^(?:eng(?:ineering)?[ _]?)?units?$/iu;

const unitOf = (properties: ReadonlyMap<string, PublishedValue> | undefined) => {
  for (const [key, value] of properties ?? []) {
    if (unitProperty.test(key) && typeof value === "string" && value.trim() !== "") {
      return value.trim().slice(0, 32);
    }
  }
  return undefined;
};

const definitionOf = ({ name, datatype, properties }: PublishedMetric): Definition | undefined =>
  name === undefined || name === "" ? undefined : { name, datatype, unit: unitOf(properties) };

/** No definitions yet. */
export const createBirths = (): Births => {
  let aliases = new Map<string, Definition>();
  let names = new Map<string, Definition>();
  let known = "";
  let generation = 0;
  const forget = () => {
    if (names.size === 0) return;
    aliases = new Map();
    names = new Map();
    known = "";
    generation += 1;
  };
  return {
    learn: ({ metrics }) => {
      const defined = metrics.flatMap((metric) => {
        const definition = definitionOf(metric);
        return definition === undefined ? [] : [{ alias: metric.alias, definition }];
      });
      const told = JSON.stringify(defined);
      if (told === known) return;
      known = told;
      generation += 1;
      names = new Map(defined.map(({ definition }) => [definition.name, definition]));
      aliases = new Map(
        defined.flatMap(({ alias, definition }) =>
          alias === undefined ? [] : [[alias, definition] as const],
        ),
      );
    },
    forget,
    byAlias: (alias) => aliases.get(alias),
    byName: (name) => names.get(name),
    generation: () => String(generation),
  };
};
