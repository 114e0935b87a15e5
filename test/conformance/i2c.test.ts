import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SensorError } from "../../src/errors.ts";
import type { QuantityDefinition } from "../../src/quantities/definition.ts";
import { quantities } from "../../src/quantities.ts";
import { createI2cBench } from "../harness/i2c.ts";
import { measurementsWith, modelledDrivers } from "../harness/i2c-drivers.ts";
import { describedOptions, optionVariants } from "../harness/options.ts";
import { createScriptedChip, readVectors } from "../vectors/vectors.ts";

// Over whatever is in src/drivers/i2c: what a driver declares, and every vector. Its behaviour towards the model of its
// chip is in i2c-readings.test.ts and i2c-failures.test.ts.

const sensorsPage = new URL("../../docs/sensors.md", import.meta.url);

describe.each(modelledDrivers)("the driver $name", (modelled) => {
  const { name, driver, model } = modelled;

  describe("declares", () => {
    it("itself in a file named after the chip, as the only export", async () => {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(Object.keys(await import(`../../src/drivers/i2c/${name}.ts`))).toEqual(["driver"]);
      expect(driver.kind).toBe("i2c");
    });

    it("its title, document and interval", () => {
      expect(driver.title).toMatch(/^\S.*\S$/);
      expect(driver.datasheet).toMatch(/^\S.*\S$/);
      expect(driver.intervalMs).toBeGreaterThanOrEqual(1000);
    });

    it("addresses that the I2C specification leaves to chips, each once", () => {
      expect(new Set(driver.addresses).size).toBe(driver.addresses.length);
      for (const address of driver.addresses) {
        expect(address).toBeGreaterThanOrEqual(0x08);
        expect(address).toBeLessThanOrEqual(0x77);
      }
    });

    it("limits of each quantity that lie within what the quantity can be", () => {
      expect(Object.keys(driver.quantities)).not.toEqual([]);
      for (const [quantity, { minimum, maximum }] of Object.entries(driver.quantities)) {
        const physical: QuantityDefinition | undefined = Object.entries(quantities).find(
          ([key]) => key === quantity,
        )?.[1];
        expect(physical, quantity).toBeDefined();
        expect(minimum).toBeLessThan(maximum);
        expect(minimum).toBeGreaterThanOrEqual(physical?.minimum ?? -Infinity);
        expect(maximum).toBeLessThanOrEqual(physical?.maximum ?? Infinity);
      }
    });

    it("each option in snake_case, with a description, and a default or the reason for none", () => {
      for (const { path, description, hasDefault, isRequired } of describedOptions(
        driver.options,
      )) {
        expect(path).toMatch(/^[a-z0-9_]+((\.|\[\]\.)[a-z0-9_]+)*$/);
        expect(description, path).toMatch(/\.$/);
        const saysDefault = description?.includes("unless given") === true;
        expect(hasDefault || isRequired || saysDefault, `default of ${path}`).toBe(true);
      }
    });

    it("options of which all may be left out and none made up", () => {
      expect(driver.options.safeParse({}).success).toBe(true);
      expect(driver.options.safeParse({ no_such_option: 1 }).success).toBe(false);
    });

    it.each(optionVariants(driver.options))(
      "distinct measurements within its limits with %j",
      (options) => {
        const measurements = measurementsWith(modelled, options);
        expect(measurements).not.toEqual([]);
        expect(new Set(measurements.map(({ key }) => key)).size).toBe(measurements.length);
        for (const { quantity, labels, minimum, maximum } of measurements) {
          expect(minimum).toBeGreaterThanOrEqual(driver.quantities[quantity]?.minimum ?? Infinity);
          expect(maximum).toBeLessThanOrEqual(driver.quantities[quantity]?.maximum ?? -Infinity);
          for (const label of Object.keys(labels ?? {})) {
            expect(label).toMatch(/^[a-z][a-z0-9_]*$/);
          }
        }
      },
    );
  });

  it("has a model of its chip", () => {
    expect(model.kind).toBe("i2c");
  });

  it("has a heading in docs/sensors.md", () => {
    expect(existsSync(sensorsPage), "docs/sensors.md is there; else run `npm run generate`").toBe(
      true,
    );
    const headings = readFileSync(sensorsPage, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("#"));
    expect(headings.some((heading) => heading.includes(name))).toBe(true);
  });

  describe("has a vector", () => {
    const file = readVectors(name);

    it.each(file.vectors)("$name ($source)", async (vector) => {
      const bench = createI2cBench();
      bench.place(driver.addresses[0], createScriptedChip(file, vector));
      const sensor = bench.sensor(modelled, { options: vector.options });
      const outcome = await bench.firstSetUpAndReading(sensor).catch((error: unknown) => error);
      if (vector.error !== undefined) {
        expect(outcome).toBeInstanceOf(SensorError);
        expect(outcome).toMatchObject({ code: vector.error });
        return;
      }
      expect(outcome).toMatchObject({ setUp: { info: vector.identity ?? {} } });
      expectReadings(outcome, vector.readings ?? {});
    });
  });
});

const expectReadings = (
  outcome: unknown,
  expected: Readonly<Record<string, { readonly value: number; readonly tolerance: number }>>,
): void => {
  const { readings } = z.object({ readings: z.record(z.string(), z.number()) }).parse(outcome);
  expect(Object.keys(readings).sort()).toEqual(Object.keys(expected).sort());
  for (const [key, { value, tolerance }] of Object.entries(expected)) {
    const distance = Math.abs((readings[key] ?? Number.NaN) - value);
    expect(distance, `${key} ${readings[key]}, not ${value}`).toBeLessThanOrEqual(tolerance);
  }
};
