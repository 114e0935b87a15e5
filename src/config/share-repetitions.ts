type Schema = Readonly<Record<string, unknown>>;

// Shorter ones read better where they stand.
const shortest = 120;

const isRecord = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** JSON Schema definitions in which long properties that several places have in common are written once and referred to. */
export const shareRepetitions = (schemas: ReadonlyMap<string, Schema>): Schema => {
  const names = nameRepetitions([...schemas.values()]);
  const shared = [...names].map(([json, name]) => [name, replaceBelow(JSON.parse(json), names)]);
  const own = [...schemas].map(([name, schema]) => [name, replaceBelow(schema, names)]);
  return Object.fromEntries([...own, ...shared]);
};

const propertiesOf = (schema: unknown): readonly (readonly [string, unknown])[] =>
  isRecord(schema) && isRecord(schema["properties"]) ? Object.entries(schema["properties"]) : [];

const nameRepetitions = (schemas: readonly Schema[]): ReadonlyMap<string, string> => {
  const counts = new Map<string, number>();
  const count = (schema: unknown): void => {
    for (const [, property] of propertiesOf(schema)) {
      const json = JSON.stringify(property);
      counts.set(json, (counts.get(json) ?? 0) + 1);
      count(property);
    }
  };
  schemas.forEach(count);
  const repeated = [...counts].filter(([json, uses]) => uses > 1 && json.length > shortest);
  return new Map(repeated.map(([json], index) => [json, `shared.${index + 1}`]));
};

const replaceBelow = (schema: unknown, names: ReadonlyMap<string, string>): unknown => {
  const properties = propertiesOf(schema);
  if (!isRecord(schema) || properties.length === 0) return schema;
  const replaced = properties.map(([key, property]) => {
    const name = names.get(JSON.stringify(property));
    return [
      key,
      name === undefined ? replaceBelow(property, names) : { $ref: `#/definitions/${name}` },
    ];
  });
  return { ...schema, properties: Object.fromEntries(replaced) };
};
