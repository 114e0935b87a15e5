import { describe, expect, it } from "vitest";
import { z } from "zod";
import { objectSchema } from "../../src/config/json-schema.ts";
import { keysAt } from "../../src/config/schema-walk.ts";

describe("the keys that a schema knows", () => {
  const schema = z
    .strictObject({
      list: z.array(z.strictObject({ inner: z.string() })).default([]),
      byName: z.record(z.string(), z.strictObject({ value: z.int() }).nullable()),
      either: z.union([
        z.int(),
        z.strictObject({ left: z.int() }),
        z.strictObject({ right: z.int() }),
      ]),
      wrapped: z.strictObject({ deep: z.int() }).prefault({ deep: 1 }).readonly().optional(),
    })
    .transform(({ list }) => list);

  it.each([
    [[], ["list", "byName", "either", "wrapped"]],
    [["list", 3], ["inner"]],
    [["byName", "any"], ["value"]],
    [["either"], ["left", "right"]],
    [["wrapped"], ["deep"]],
    [["wrapped", "deep"], []],
    [["unknown", "constructor"], []],
  ])("are found below wrappers, lists, records and variants: %j", (path, keys) => {
    expect(keysAt(schema, path)).toEqual(keys);
  });
});

describe("the schema of a driver's options", () => {
  it("must be a mapping, or no documentation can be made of it", () => {
    expect(() => objectSchema(z.string())).toThrow(TypeError);
  });
});
