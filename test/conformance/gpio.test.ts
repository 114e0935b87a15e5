import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Edge, GpioDriver, GpioNow } from "../../src/drivers/driver.ts";
import { definitionOf, type Quantity, quantities } from "../../src/quantities.ts";
import type { Measurement, Readings } from "../../src/reading.ts";
import { measurementsOf } from "../../src/sensors/measurements.ts";
import type { Environment, GpioModel } from "../mocks/model.ts";
import { createRandom } from "../mocks/random.ts";

const folder = new URL("../../src/drivers/gpio/", import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length));

interface Loaded {
  readonly name: string;
  readonly driver: GpioDriver<unknown, unknown>;
  readonly model: GpioModel;
}

const load = async (name: string): Promise<Loaded> => {
  const { driver } = await import(`../../src/drivers/gpio/${name}.ts`);
  const { model } = await import(`../mocks/chips/${name}.ts`);
  return { name, driver, model };
};

const loaded = await Promise.all(names.map(load));

/** JSON Schema of what a user may write. */
const jsonSchema = z.object({
  properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
  additionalProperties: z.unknown(),
});

const schemaOf = ({ options }: GpioDriver<unknown, unknown>) =>
  jsonSchema.parse(z.toJSONSchema(options, { io: "input" }));

/** Every choice of every option that is a choice, one at a time, beside the defaults. */
const configurationsOf = (driver: GpioDriver<unknown, unknown>): readonly unknown[] => [
  {},
  ...Object.entries(schemaOf(driver).properties).flatMap(([key, { enum: choices }]) =>
    Array.isArray(choices) ? choices.map((choice: unknown) => ({ [key]: choice })) : [],
  ),
];

const freeze = <Value>(value: Value): Value => {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) freeze(part);
  }
  return Object.freeze(value);
};

const level = fc.constantFrom<0 | 1>(0, 1);

/** Edges and readings in any order, at ever later times. */
const happenings = fc
  .array(
    fc.record({ what: fc.constantFrom("edge", "read"), level, afterMs: fc.nat({ max: 10_000 }) }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let atMs = 1000;
    return steps.map(({ what, level: to, afterMs }) => {
      atMs += afterMs;
      return freeze({ what, now: { level: to, atMs } });
    });
  });

type Happenings = readonly { readonly what: string; readonly now: Edge & GpioNow }[];

/** Every reading that the driver gives on the way, and one at the end. State is frozen at each step. */
const play = (
  driver: GpioDriver<unknown, unknown>,
  options: unknown,
  first: 0 | 1,
  steps: Happenings,
): readonly Readings[] => {
  const all: Readings[] = [];
  let state = freeze(driver.initial(options, freeze({ level: first, atMs: 1000 })));
  const read = (now: GpioNow) => {
    const [corrected, readings] = driver.read(state, now, options);
    state = freeze(corrected);
    all.push(readings);
  };
  for (const { what, now } of steps) {
    if (what === "read") read(now);
    else state = freeze(driver.reduce(state, now, options));
  }
  read(freeze({ level: first, atMs: (steps.at(-1)?.now.atMs ?? 1000) + 1 }));
  return all;
};

const valuesOf = (readings: readonly Readings[], key: string): readonly number[] =>
  readings.flatMap((reading) => reading[key] ?? []);

const isCounter = ({ quantity }: Measurement): boolean => definitionOf(quantity).type === "counter";

/** Whether the values only ever rise or stay. */
const isMonotone = (values: readonly number[]): boolean =>
  values.every((value, index) => index === 0 || value >= (values[index - 1] ?? Infinity));

it("finds the drivers that it holds to the contract", () => {
  expect(names.length).toBeGreaterThan(0);
});

describe.each(loaded)("GPIO driver $name", ({ driver }) => {
  const configurations = configurationsOf(driver).map((configured) =>
    freeze(driver.options.parse(configured)),
  );
  const anyOptions = fc.constantFrom(...configurations);

  it("is a GPIO driver with a title, a source and an interval", () => {
    expect(driver.kind).toBe("gpio");
    expect(driver.title.length).toBeGreaterThan(0);
    expect(driver.datasheet.length).toBeGreaterThan(0);
    expect(driver.intervalMs).toBeGreaterThan(0);
  });

  it("declares quantities of the catalogue, each with limits in their order", () => {
    const declared = Object.entries(driver.quantities);
    expect(declared.length).toBeGreaterThan(0);
    for (const [quantity, limits] of declared) {
      expect(Object.keys(quantities)).toContain(quantity);
      expect(limits.minimum).toBeLessThan(limits.maximum);
    }
  });

  it("has a description of every option, needs none, and refuses others", () => {
    const { properties, additionalProperties } = schemaOf(driver);
    expect(additionalProperties).toBe(false);
    expect(driver.options.safeParse({}).success).toBe(true);
    for (const [key, { description = "", ...property }] of Object.entries(properties)) {
      expect(key).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(description, key).toMatch(/\.$/);
      expect(property, key).toHaveProperty("default");
    }
  });

  it("leaves the wiring of the line to the configuration", () => {
    for (const key of ["line", "active_low", "bias", "debounce", "allow_reserved"]) {
      expect(Object.keys(schemaOf(driver).properties)).not.toContain(key);
    }
  });

  it("measures only what it declares, within the limits that it declares", () => {
    for (const options of configurations) {
      for (const { quantity, minimum, maximum } of measurementsOf(driver, options)) {
        expect(driver.quantities[quantity]).toEqual({ minimum, maximum });
      }
    }
  });

  it("reads what it says that it measures, and nothing else", () => {
    for (const options of configurations) {
      const keys = measurementsOf(driver, options).map(({ key }) => key);
      const [readings] = play(driver, options, 0, []);
      expect(Object.keys(readings ?? {}).sort()).toEqual([...keys].sort());
    }
  });

  it("gives the same readings for the same edges, and changes nothing that it was given", () => {
    fc.assert(
      fc.property(anyOptions, level, happenings, (options, first, steps) => {
        expect(play(driver, options, first, steps)).toEqual(play(driver, options, first, steps));
      }),
    );
  });

  it("keeps every value within its limits, and never lets a total fall", () => {
    fc.assert(
      fc.property(anyOptions, level, happenings, (options, first, steps) => {
        const readings = play(driver, options, first, steps);
        for (const measurement of measurementsOf(driver, options)) {
          const values = valuesOf(readings, measurement.key);
          const { minimum = Infinity, maximum = -Infinity } = measurement;
          expect(values.every((value) => value >= minimum && value <= maximum)).toBe(true);
          if (isCounter(measurement)) expect(isMonotone(values)).toBe(true);
        }
      }),
    );
  });
});

const environmentOf = (value: (quantity: Quantity) => number): Environment => ({
  nowMs: () => 0,
  value,
});

const steady = environmentOf(() => 1);

/** The beginning of a wave: so many levels, each held for a time. */
const waveOf = (
  model: GpioModel,
  options: unknown,
  { environment = steady, seed = 1, length = 300 } = {},
) => {
  const levels = model.levels(environment, options, createRandom(seed));
  return Array.from({ length }, () => {
    const { done, value } = levels.next();
    if (done === true) throw new Error("the wave has ended");
    return value;
  });
};

describe.each(loaded)("model of the GPIO driver $name", ({ driver, model }) => {
  const configurations = configurationsOf(driver).map((configured) =>
    driver.options.parse(configured),
  );

  it("holds levels of 0 and 1 for times above zero, for ever, whatever surrounds it", () => {
    const levels: readonly unknown[] = [0, 1];
    for (const options of [...configurations, undefined, "nonsense"]) {
      for (const value of [1, 0, -5, 1e12, Number.NaN, Infinity]) {
        const environment = environmentOf(() => value);
        const illegal = waveOf(model, options, { environment }).filter(
          ({ level: held, forMs }) => !(levels.includes(held) && forMs > 0 && forMs < Infinity),
        );
        expect(illegal).toEqual([]);
      }
    }
  });

  it("moves the line", () => {
    for (const options of configurations) {
      const levels = new Set(waveOf(model, options).map(({ level: held }) => held));
      expect(levels.size).toBe(2);
    }
  });

  it("is the same for the same seed, and another for another", () => {
    for (const options of configurations) {
      expect(waveOf(model, options, { seed: 7 })).toEqual(waveOf(model, options, { seed: 7 }));
      expect(waveOf(model, options, { seed: 7 })).not.toEqual(waveOf(model, options, { seed: 8 }));
    }
  });
});
