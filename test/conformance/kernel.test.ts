import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SensorError } from "../../src/errors.ts";
import type { QuantityDefinition } from "../../src/quantities/definition.ts";
import { type Quantity, quantities } from "../../src/quantities.ts";
import { createKernelBench, type LabelledValue } from "../harness/kernel.ts";
import {
  type ModelledKernelDriver,
  modelledKernelDrivers,
  vectorFiles,
} from "../harness/kernel-drivers.ts";
import { describedOptions } from "../harness/options.ts";
import type { Environment } from "../mocks/model.ts";
import { type AttributeFiles, attributeError } from "../mocks/sysfs.ts";

// Over whatever is in src/drivers/kernel: what a driver declares, every vector, and its behaviour towards the simulated
// devices of its model.

const definitions: ReadonlyMap<string, QuantityDefinition> = new Map(Object.entries(quantities));

/** Surroundings at that share of the way between what the driver says a quantity can be at least and at most. */
const environmentAt = ({ driver }: ModelledKernelDriver, share: number): Environment => ({
  nowMs: () => 0,
  value: (quantity) => {
    const limits = driver.quantities[quantity];
    if (limits === undefined) throw new Error(`the driver does not declare ${quantity}`);
    // Not all the way to limits that stand for "no limit": a model shows whole numbers of some digits.
    const minimum = Math.max(limits.minimum, -1000);
    const maximum = Math.min(limits.maximum, 1_000_000);
    return minimum + (maximum - minimum) * share;
  },
});

const calm = 0.31;

const valuesOf = (values: readonly LabelledValue[]) =>
  values.map(({ key, value }) => ({ key, value }));

/** The outcome with what is missing put in its place: what is left to differ are wrong numbers. */
const restored = (outcome: unknown, expected: ReturnType<typeof valuesOf>): unknown =>
  Array.isArray(outcome)
    ? outcome.map((value, index) => (value.value === undefined ? expected[index] : value))
    : outcome instanceof SensorError
      ? expected
      : outcome;

const inputOutputError = 5; // EIO
const timedOut = 110; // ETIMEDOUT

/** Each file in turn with each of the ways in which it can go wrong. */
const defectsOf = (files: AttributeFiles): readonly (readonly [string, () => string])[] =>
  Object.keys(files).flatMap((path) => [
    ...[inputOutputError, timedOut].map((errno): [string, () => string] => [
      path,
      () => {
        throw attributeError(path, errno);
      },
    ]),
    ...["", "\n", "garbage\n", "12abc\n", "0x10\n", "nan\n", "1 2\n"].map(
      (text): [string, () => string] => [path, () => text],
    ),
  ]);

describe.each(modelledKernelDrivers)("the driver $name", (modelled) => {
  const { name, driver, model, vectors, devices } = modelled;

  describe("declares", () => {
    it("itself in a file of its name, as the only export", async () => {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(Object.keys(await import(`../../src/drivers/kernel/${name}.ts`))).toEqual(["driver"]);
      expect(driver.kind).toBe("kernel");
    });

    it("its title, document, notes and interval", () => {
      expect(driver.title).toMatch(/^\S.*\S$/);
      expect(driver.datasheet).toMatch(/^\S.*\S$/);
      expect(driver.notes).toMatch(/\.$/);
      expect(driver.intervalMs).toBeGreaterThanOrEqual(1000);
    });

    it("limits of each quantity that lie within what the quantity can be", () => {
      expect(Object.keys(driver.quantities)).not.toEqual([]);
      for (const [quantity, { minimum, maximum }] of Object.entries(driver.quantities)) {
        const physical = definitions.get(quantity);
        expect(physical, quantity).toBeDefined();
        expect(minimum, quantity).toBeLessThan(maximum);
        expect(minimum, quantity).toBeGreaterThanOrEqual(physical?.minimum ?? -Infinity);
        expect(maximum, quantity).toBeLessThanOrEqual(physical?.maximum ?? Infinity);
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

    it("options of which none may be made up", () => {
      const options = { ...devices[0], no_such_option: 1 };
      expect(driver.options.safeParse(options).success).toBe(false);
    });
  });

  describe("reads the vector", () => {
    it.each(vectors)("$name", async (vector) => {
      const bench = createKernelBench(vectorFiles(vector));
      const sensor = bench.sensor(modelled, vector.options);
      if (vector.error !== undefined) {
        const reading = bench.firstReading(sensor);
        await expect(reading).rejects.toThrow(SensorError);
        await expect(reading).rejects.toMatchObject({ code: vector.error });
        return;
      }
      const values = await bench.firstValues(sensor);
      const present = values.filter(({ value }) => value !== undefined);
      expect(present.map(({ key }) => key).sort()).toEqual(
        Object.keys(vector.readings ?? {}).sort(),
      );
      for (const { key, quantity, labels, value } of present) {
        const expected = vector.readings?.[key];
        expect({ quantity, labels }).toEqual({
          quantity: expected?.quantity,
          labels: expected?.labels,
        });
        expect(
          Math.abs((value ?? Number.NaN) - (expected?.value ?? Number.NaN)),
        ).toBeLessThanOrEqual(expected?.tolerance ?? 0);
      }
    });

    it.each(vectors.filter(({ identity }) => identity !== undefined))(
      "$name and says which device it was",
      async (vector) => {
        const bench = createKernelBench(vectorFiles(vector));
        const { info } = await bench.setUp(bench.sensor(modelled, vector.options));
        expect(info).toEqual(vector.identity);
      },
    );

    it("with a source for each that is not this program", () => {
      for (const { source } of vectors) expect(source).not.toMatch(/\bsrc\/|our own/);
    });
  });

  describe.each(devices)("towards the simulated device %j", (options) => {
    const filesAt = (share: number, index: number): AttributeFiles =>
      model.files(environmentAt(modelled, share), options, index);

    const healthy = async (files: AttributeFiles) => {
      const bench = createKernelBench(files);
      return await bench.firstValues(bench.sensor(modelled, options));
    };

    it("finds it by name wherever the kernel has put it among others", async () => {
      const expected = await healthy(filesAt(calm, 0));
      for (const index of [1, 4, 11]) {
        const bench = createKernelBench();
        devices
          .filter((other) => other !== options)
          .forEach((other, position) => {
            const at = position < index ? position : position + 1;
            bench.tree.plug(model.files(environmentAt(modelled, 0.7), other, at));
          });
        bench.tree.plug(filesAt(calm, index));
        expect(await bench.firstValues(bench.sensor(modelled, options))).toEqual(expected);
      }
    });

    it("delivers distinct series of declared quantities", async () => {
      const bench = createKernelBench(filesAt(calm, 0));
      const { measurements } = await bench.setUp(bench.sensor(modelled, options));
      expect(measurements).not.toEqual([]);
      const series = measurements.map(({ quantity, labels }) => JSON.stringify([quantity, labels]));
      expect(new Set(series).size).toBe(series.length);
      for (const { quantity, labels } of measurements) {
        expect(Object.keys(driver.quantities)).toContain(quantity);
        for (const label of Object.keys(labels ?? {})) expect(label).toMatch(/^[a-z][a-z0-9_]*$/);
      }
    });

    it.each([0.001, 0.01, 0.25, 0.5, 0.75, 0.99, 0.999])(
      "reads values within their limits at %d of what can be",
      async (share) => {
        const bench = createKernelBench(filesAt(share, 0));
        const sensor = bench.sensor(modelled, options);
        const { measurements } = await bench.setUp(sensor);
        const readings = await bench.read(sensor);
        expect(Object.keys(readings).sort()).toEqual(measurements.map(({ key }) => key).sort());
        for (const { key, minimum, maximum } of measurements) {
          expect(readings[key], key).toBeGreaterThanOrEqual(minimum ?? Number.NaN);
          expect(readings[key], key).toBeLessThanOrEqual(maximum ?? Number.NaN);
        }
      },
    );

    it("turns every attribute that fails, is empty or is garbage into an error, never into a number", async () => {
      const files = filesAt(calm, 0);
      const expected = valuesOf(await healthy(files));
      for (const [path, defect] of defectsOf(files)) {
        const bench = createKernelBench({ ...files, [path]: defect });
        const reading = bench.firstValues(bench.sensor(modelled, options));
        const outcome: unknown = await reading.then(valuesOf, (error: unknown) => error);
        // An attribute that no value depends on may be what it likes; the value of a channel may be missing.
        expect(restored(outcome, expected), path).toEqual(expected);
      }
    });

    it("needs attributes: without its files the reading fails", async () => {
      const files = filesAt(calm, 0);
      const broken = Object.fromEntries(
        Object.entries(files).map(([path, text]) => [
          path,
          /\/(name|type)$/.test(path) ? text : () => "",
        ]),
      );
      const bench = createKernelBench(broken);
      const reading = bench.firstReading(bench.sensor(modelled, options));
      await expect(reading).rejects.toMatchObject({ name: "SensorError", code: "no-data" });
    });

    it("fails while it is unplugged and recovers under another number", async () => {
      const bench = createKernelBench();
      const unplug = bench.tree.plug(filesAt(calm, 2));
      const sensor = bench.sensor(modelled, options);
      const before = await bench.firstReading(sensor);
      unplug();
      await expect(bench.read(sensor)).rejects.toMatchObject({ code: "device-missing" });
      await expect(bench.setUp(sensor)).rejects.toMatchObject({ code: "device-missing" });
      bench.tree.plug(filesAt(calm, 9));
      expect(await bench.firstReading(sensor)).toEqual(before);
    });

    it("says with a remedy that it is not there", async () => {
      const bench = createKernelBench();
      const absent = bench.setUp(bench.sensor(modelled, options));
      const error: unknown = await absent.catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(SensorError);
      expect(error).toMatchObject({ code: "device-missing" });
      expect(error).toHaveProperty("remedy", expect.stringMatching(/^[A-Z].+\.$/));
    });
  });

  it("measures with a model that takes nothing but types from the program", () => {
    const source = readFileSync(new URL(`../mocks/chips/${name}.ts`, import.meta.url), "utf8");
    const imports = source.match(/^import .*src\/.*$/gm) ?? [];
    for (const line of imports) expect(line).toMatch(/^import type /);
  });
});

it("finds no quantity in a driver that the catalogue lacks", () => {
  const isQuantity = (key: string): key is Quantity => Object.hasOwn(quantities, key);
  for (const { driver } of modelledKernelDrivers) {
    expect(Object.keys(driver.quantities).filter((key) => !isQuantity(key))).toEqual([]);
  }
});
