import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineI2cDriver } from "../../src/drivers/driver.ts";
import { SensorError } from "../../src/errors.ts";
import { modelledDrivers } from "../harness/i2c-drivers.ts";
import { createAdapter, type SimulatedSlot, smbusOnlyFunctions } from "../mocks/i2c.ts";
import { createEnvironment } from "../mocks/world.ts";
import { alreadyLoaded, detectOn, parrot } from "./board.ts";

const surroundings = createEnvironment("somewhere", {
  seed: 1,
  altitudeMeters: undefined,
  selfHeatingCelsius: 0,
  nowMs: () => 0,
  wallMs: () => 0,
});

const adapterWith = (slots: Readonly<Record<number, SimulatedSlot>>, options = {}) =>
  createAdapter({
    slots: new Map(Object.entries(slots).map(([address, slot]) => [Number(address), slot])),
    ...options,
  });

const places = modelledDrivers.flatMap((modelled) =>
  modelled.driver.addresses.map((address) => ({ ...modelled, address })),
);

/** A chip of which it is not known what it minds: one that says it is the driver's whatever is asked. */
const gullible = (name: string, addresses: readonly [number, ...number[]]) => ({
  name,
  driver: defineI2cDriver({
    title: name,
    datasheet: "none",
    intervalMs: 1000,
    addresses,
    quantities: { temperatureCelsius: { minimum: 0, maximum: 1 } },
    options: z.strictObject({}),
    identify: async ({ i2c }) => {
      await i2c.readRegisters(0, 1);
      return {};
    },
    setup: async () => undefined,
    read: async () => ({}),
  }),
});

const onlyDrivers = (...all: readonly ReturnType<typeof gullible>[]) => ({
  listDrivers: async () => all.map(({ name }) => name),
  loadDriver: async (wanted: string) => {
    const known = all.find(({ name }) => name === wanted)?.driver;
    return known ?? (await alreadyLoaded(wanted));
  },
});

describe("looking for chips", () => {
  it.each(places)("finds $name at $address", async ({ name, driver, model, address }) => {
    const chip = model.create(surroundings, driver.options.parse({}));
    const adapters = new Map([[1, adapterWith({ [address]: { chip } })]]);
    const { findings } = await detectOn({ adapters });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ certainty: "found", suggestions: [{ driver: name }] });
    expect(findings[0]?.suggestions[0]?.settings).toEqual(
      driver.addresses[0] === address ? {} : { address },
    );
  });

  it("writes the bus into the entry of a chip that is not on bus 1", async () => {
    const [modelled] = modelledDrivers.filter(({ name }) => name === "bme280");
    const chip = modelled?.model.create(surroundings, modelled.driver.options.parse({}));
    const slots = chip === undefined ? {} : { 0x77: { chip } };
    const { findings } = await detectOn({ adapters: new Map([[3, adapterWith(slots)]]) });
    expect(findings.map(({ suggestions }) => suggestions)).toEqual([
      [{ driver: "bme280", names: ["bme280 0x77 bus 3"], settings: { bus: 3, address: 0x77 } }],
    ]);
  });

  it("says what sits at the address of a BME280 but is none", async () => {
    // BST-BMP280-DS001, section 4.3.1: a BMP280 has 0x58 in register 0xd0.
    const adapters = new Map([[1, adapterWith({ 0x76: { chip: parrot(0x58) } })]]);
    const { findings } = await detectOn({ adapters });
    expect(findings).toMatchObject([{ place: "/dev/i2c-1 0x76", certainty: "unknown" }]);
    expect(findings[0]?.remarks.join()).toContain("a BMP280, which has no humidity sensor");
  });

  it("finds nothing on a bus without chips, and nothing wrong with it", async () => {
    expect(await detectOn({ adapters: new Map([[1, createAdapter()]]) })).toEqual({
      findings: [],
      obstacles: [],
    });
  });

  it("offers each of two drivers that an address passes for", async () => {
    const adapters = new Map([[1, adapterWith({ 0x40: { chip: parrot(0) } })]]);
    const drivers = onlyDrivers(gullible("one", [0x40]), gullible("other", [0x41, 0x40]));
    const { findings } = await detectOn({ adapters, drivers });
    expect(findings).toMatchObject([
      { certainty: "possible", suggestions: [{ driver: "one" }, { driver: "other" }] },
    ]);
  });

  // AT24C32 and JEDEC 21-C: what is written there goes into memory, or protects it for ever.
  it.each([0x30, 0x37, 0x50, 0x57])("only listens at %i", async (address) => {
    const adapter = adapterWith({ [address]: { chip: parrot(0) } });
    const drivers = onlyDrivers(gullible("any", [address]));
    const { findings } = await detectOn({ adapters: new Map([[1, adapter]]), drivers });
    expect(findings).toMatchObject([{ certainty: "possible", suggestions: [{ driver: "any" }] }]);
    expect(adapter.log.filter(({ written }) => written !== undefined)).toEqual([]);
  });
});

describe("a chip of the kernel", () => {
  const owned = { chip: parrot(0), ownedByKernel: true };
  const hardware = "/sys/devices/platform/soc/i2c-1/1-0076";

  it("is said to be read through the device that the kernel made of it", async () => {
    const { findings } = await detectOn({
      adapters: new Map([[1, adapterWith({ 0x76: owned })]]),
      files: {
        [`${hardware}/name`]: () => "bme280\n",
        [`${hardware}/iio:device0/name`]: () => "bme280\n",
        [`${hardware}/iio:device0/in_temp_input`]: () => "21500\n",
      },
    });
    expect(findings).toMatchObject([
      {
        place: "/dev/i2c-1 0x76",
        what: "the kernel's driver bme280",
        certainty: "taken",
        suggestions: [],
        remarks: ["It is read with `driver: iio`, `device: bme280`."],
      },
      { certainty: "found", suggestions: [{ driver: "iio", settings: { device: "bme280" } }] },
    ]);
  });

  it("is said to be of no use if the kernel offers no values of it", async () => {
    const { findings } = await detectOn({
      adapters: new Map([[1, adapterWith({ 0x76: owned })]]),
      files: { [`${hardware}/name`]: () => "eeprom\n" },
    });
    expect(findings).toMatchObject([{ what: "the kernel's driver eeprom", certainty: "taken" }]);
    expect(findings[0]?.remarks.join()).toContain("without its overlay");
  });
});

describe("a bus that gives trouble", () => {
  const stuck = { chip: parrot(0), fault: "timeout" as const };

  it("is left after a few seconds when it hangs, and the next one is looked at", async () => {
    const hanging = Object.fromEntries(
      modelledDrivers.flatMap(({ driver }) => driver.addresses.map((at) => [at, stuck])),
    );
    const { findings, obstacles } = await detectOn({
      adapters: new Map([
        [1, adapterWith(hanging)],
        [3, adapterWith({ 0x76: { chip: parrot(0x58) } })],
      ]),
    });
    expect(obstacles).toMatchObject([{ place: "/dev/i2c-1" }]);
    expect(obstacles[0]?.message).toContain("did not end in the kernel's time limit");
    expect(findings).toMatchObject([{ place: "/dev/i2c-3 0x76" }]);
  });

  it("is searched on after one chip that takes too long", async () => {
    const { findings, obstacles } = await detectOn({
      adapters: new Map([[1, adapterWith({ 0x44: stuck, 0x76: { chip: parrot(0x58) } })]]),
    });
    expect(obstacles).toMatchObject([{ place: "/dev/i2c-1 0x44" }]);
    expect(findings).toMatchObject([{ place: "/dev/i2c-1 0x76" }]);
  });

  it("is reported once when every transfer fails", async () => {
    const broken = { chip: parrot(0), fault: "arbitration-lost" as const };
    const slots = Object.fromEntries(
      modelledDrivers.flatMap(({ driver }) => driver.addresses.map((at) => [at, broken])),
    );
    const { obstacles } = await detectOn({ adapters: new Map([[1, adapterWith(slots)]]) });
    expect(obstacles).toHaveLength(1);
    expect(obstacles[0]?.remedy).toContain("holds SDA low");
  });

  it("is reported when it is not ours to open", async () => {
    const { obstacles } = await detectOn({
      adapters: new Map([[1, createAdapter({ forbidden: true })]]),
    });
    expect(obstacles).toMatchObject([{ place: "/dev/i2c-1" }]);
    expect(obstacles[0]?.message).toContain("may not read and write the bus");
  });

  it("names the chips that an adapter with SMBus only cannot ask for", async () => {
    const { obstacles } = await detectOn({
      adapters: new Map([
        [1, adapterWith({ 0x44: { chip: parrot(0) } }, { functions: smbusOnlyFunctions })],
      ]),
    });
    expect(obstacles.map(({ message }) => message).join()).toContain("sht4x");
  });
});

describe("which buses are looked at", () => {
  const chip = { 0x76: { chip: parrot(0x58) } };

  // Names as kernels print them in `i2cdetect -l`: a Pi 4, a Pi 5, a laptop's display, a PC's mainboard.
  it.each([
    "fef04500.i2c",
    "107d508200.i2c",
    "DesignWare HDMI",
    "i915 gmbus dpb",
    "SMBus I801 adapter at efa0",
  ])("leaves out %s unless it is named", async (name) => {
    const board = { adapters: new Map([[20, adapterWith(chip)]]), adapterNames: { 20: name } };
    const { findings, obstacles } = await detectOn(board);
    expect(findings).toEqual([]);
    expect(obstacles[0]?.remedy).toContain("--bus 20");
    expect((await detectOn({ ...board, buses: [20] })).findings).toHaveLength(1);
  });

  it("are those that are named, and no others", async () => {
    const adapters = new Map([
      [1, adapterWith(chip)],
      [3, adapterWith(chip)],
    ]);
    const { findings } = await detectOn({ adapters, buses: [3] });
    expect(findings.map(({ place }) => place)).toEqual(["/dev/i2c-3 0x76"]);
  });

  it("are told to be missing if there are none, with how to enable them", async () => {
    const { obstacles } = await detectOn({});
    expect(obstacles[0]?.remedy).toContain("raspi-config nonint do_i2c 0");
  });

  it("are told to lack their device files if only the kernel knows them", async () => {
    const name = "/sys/devices/platform/soc/fe804000.i2c/i2c-1/name";
    const { obstacles } = await detectOn({ files: { [name]: () => "bcm2835\n" } });
    expect(obstacles[0]?.remedy).toContain("sudo modprobe i2c-dev");
  });

  it("are told to be out of reach if the native module is missing", async () => {
    const adapters = new Map([[1, createAdapter()]]);
    const missing = new SensorError("module-missing", "i2c-bus cannot be loaded");
    const { obstacles } = await detectOn({
      adapters,
      loadI2c: () => Promise.reject(missing),
    });
    expect(obstacles).toEqual([{ place: "I2C", message: missing.message, remedy: missing.remedy }]);
  });
});
