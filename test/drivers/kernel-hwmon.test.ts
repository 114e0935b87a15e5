import { describe, expect, it } from "vitest";
import { openSysfs } from "../../src/buses/sysfs.ts";
import { driver } from "../../src/drivers/kernel/hwmon.ts";
import { SensorError } from "../../src/errors.ts";
import { createKernelBench } from "../harness/kernel.ts";
import { type AttributeFiles, attributeError, createSimulatedSysfs } from "../mocks/sysfs.ts";

const named = { name: "hwmon", driver };
const i2c = "/sys/devices/platform/soc/fe804000.i2c/i2c-1";

const device = (directory: string, attributes: Readonly<Record<string, string>>): AttributeFiles =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, text]) => [`${directory}/${name}`, () => `${text}\n`]),
  );

const sht3x = (address: string, number: number, temperature = "21437"): AttributeFiles =>
  device(`${i2c}/${address}/hwmon/hwmon${number}`, { name: "sht3x", temp1_input: temperature });

describe("two hwmon devices of one name", () => {
  it("are refused with what to write to tell them apart", async () => {
    const bench = createKernelBench({ ...sht3x("1-0044", 2), ...sht3x("1-0045", 0) });
    await expect(bench.setUp(bench.sensor(named, { device: "sht3x" }))).rejects.toMatchObject({
      code: "device-missing",
      message: "2 hwmon devices are called sht3x",
      remedy: "Say which one: `at: 1-0044` or `at: 1-0045`.",
    });
  });

  it("are told apart by bus and address, whatever their numbers", async () => {
    for (const [first, second] of [
      [0, 1],
      [7, 3],
    ] as const) {
      const bench = createKernelBench({
        ...sht3x("1-0044", first, "20000"),
        ...sht3x("1-0045", second, "30000"),
      });
      const sensor = bench.sensor(named, { device: "sht3x", at: "1-0045" });
      expect(await bench.firstReading(sensor)).toEqual({ temp1: 30 });
    }
  });

  it("are both named where neither is at the place that was asked for", async () => {
    const bench = createKernelBench({ ...sht3x("1-0044", 2), ...sht3x("1-0045", 0) });
    const sensor = bench.sensor(named, { device: "sht3x", at: "1-0046" });
    await expect(bench.setUp(sensor)).rejects.toThrow(
      "no hwmon device sht3x is at 1-0046; there are: 1-0044, 1-0045",
    );
  });
});

describe("a hwmon device", () => {
  it("that is not there is answered with those that are", async () => {
    const bench = createKernelBench({
      ...sht3x("1-0044", 0),
      ...device("/sys/devices/virtual/thermal/thermal_zone0/hwmon1", {
        name: "cpu_thermal",
        temp1_input: "48000",
      }),
    });
    await expect(bench.setUp(bench.sensor(named, { device: "sht4x" }))).rejects.toThrow(
      "no hwmon device is called sht4x; there are: cpu_thermal, sht3x",
    );
  });

  it("is not confused with another one that took its number", async () => {
    const bench = createKernelBench();
    const unplug = bench.tree.plug(sht3x("1-0044", 2, "20000"));
    const sensor = bench.sensor(named, { device: "sht3x" });
    expect(await bench.firstReading(sensor)).toEqual({ temp1: 20 });
    unplug();
    bench.tree.plug(sht3x("1-0045", 2, "30000"));
    await expect(bench.read(sensor)).rejects.toMatchObject({ code: "device-missing" });
  });

  it("is not confused with another chip at its very place", async () => {
    const bench = createKernelBench();
    const unplug = bench.tree.plug(sht3x("1-0044", 2));
    const sensor = bench.sensor(named, { device: "sht3x" });
    await bench.firstReading(sensor);
    unplug();
    bench.tree.plug(device(`${i2c}/1-0044/hwmon/hwmon2`, { name: "tmp102", temp1_input: "30000" }));
    await expect(bench.read(sensor)).rejects.toMatchObject({ code: "device-missing" });
  });

  it("whose neighbour has no name, or goes while we look, is found all the same", async () => {
    const bench = createKernelBench({
      ...sht3x("1-0044", 1),
      "/sys/devices/platform/nameless/hwmon/hwmon0/temp1_input": () => "1\n",
      "/sys/devices/platform/going/hwmon/hwmon2/name": () => {
        throw attributeError("/sys/devices/platform/going/hwmon/hwmon2/name", 19);
      },
    });
    expect(await bench.firstReading(bench.sensor(named, { device: "sht3x" }))).toEqual({
      temp1: 21.437,
    });
  });

  it("whose place may not be looked up is not guessed", async () => {
    const tree = createSimulatedSysfs(sht3x("1-0044", 0));
    const sysfs = openSysfs({
      ...tree,
      realPath: async (path) => {
        if (path.endsWith("/device")) throw attributeError(path, 13); // EACCES
        return await tree.realPath(path);
      },
    });
    const options = driver.options.parse({ device: "sht3x" });
    await expect(driver.setup({ sysfs, options, sleep: async () => {} })).rejects.toMatchObject({
      code: "permission-denied",
    });
  });

  it("that hangs on nothing is placed by its own name", async () => {
    const bench = createKernelBench(
      device("/sys/devices/virtual/hwmon/hwmon5", { name: "loose", temp1_input: "1000" }),
    );
    const { info } = await bench.setUp(bench.sensor(named, { device: "loose" }));
    expect(info).toEqual({ device: "loose", address: "hwmon5" });
  });

  it("that is a 1-Wire thermometer is left to the driver that knows its traps", async () => {
    const bench = createKernelBench();
    await expect(
      bench.setUp(bench.sensor(named, { device: "w1_slave_temp" })),
    ).rejects.toMatchObject({ code: "wrong-chip", remedy: expect.stringContaining("ds18b20") });
  });

  it("without any value is refused", async () => {
    const bench = createKernelBench(
      device("/sys/devices/platform/empty/hwmon/hwmon0", { name: "empty", update_interval: "1" }),
    );
    await expect(bench.setUp(bench.sensor(named, { device: "empty" }))).rejects.toMatchObject({
      code: "no-data",
    });
  });

  it("whose only probe is missing delivers no reading", async () => {
    const bench = createKernelBench(
      device("/sys/devices/platform/probe/hwmon/hwmon0", {
        name: "probe",
        temp1_input: "127000",
        temp1_enable: "0",
      }),
    );
    await expect(bench.firstReading(bench.sensor(named, { device: "probe" }))).rejects.toThrow(
      "all inputs of probe report a fault or are off",
    );
  });
});

describe("an input of a hwmon device that cannot be read", () => {
  const enodata = 61;
  const directory = "/sys/devices/platform/board/hwmon/hwmon0";
  const withFailing = (attribute: string, errorNumber: number) =>
    createKernelBench({
      ...device(directory, { name: "board", temp1_input: "40000" }),
      [`${directory}/${attribute}`]: () => {
        throw attributeError(`${directory}/${attribute}`, errorNumber);
      },
    });

  it("leaves the others alone, and says why it is missing", async () => {
    const bench = withFailing("temp2_input", enodata);
    const readings = await bench.firstReading(bench.sensor(named, { device: "board" }));
    expect(readings["temp1"]).toBe(40);
    expect(readings["temp2"]).toBeInstanceOf(SensorError);
  });

  it("fails the sensor where no other is left", async () => {
    const bench = withFailing("temp1_input", enodata);
    await expect(
      bench.firstReading(bench.sensor(named, { device: "board" })),
    ).rejects.toBeInstanceOf(SensorError);
  });

  it("fails the sensor where the device went away in between", async () => {
    const enodev = 19;
    const bench = withFailing("temp2_input", enodev);
    await expect(
      bench.firstReading(bench.sensor(named, { device: "board" })),
    ).rejects.toMatchObject({ code: "device-missing" });
  });
});

describe("the channels of a hwmon device", () => {
  const board = device("/sys/devices/platform/board/hwmon/hwmon0", {
    name: "board",
    temp1_input: "40000",
    temp1_label: "CPU",
    temp1_crit_alarm: "0",
    temp2_input: "30000",
    temp2_label: "Case",
    temp3_input: "35000",
    temp3_label: "Case",
    in0_input: "3300",
    in0_label: "temp3",
    fan1_input: "900",
    fan1_label: "",
  });

  const channelsOf = async (channels: readonly unknown[]) => {
    const bench = createKernelBench(board);
    const values = await bench.firstValues(bench.sensor(named, { device: "board", channels }));
    return values.map(({ key, labels, value }) => [key, labels["channel"], value]);
  };

  it("are called by the kernel's labels, unless these would be ambiguous", async () => {
    expect(await channelsOf([])).toEqual([
      ["fan1", "fan1", 900],
      ["in0", "in0", 3.3],
      ["temp1_crit_alarm", "CPU", 0],
      ["temp1", "CPU", 40],
      ["temp2", "temp2", 30],
      ["temp3", "temp3", 35],
    ]);
  });

  it("are all that the user selects, by name or by label", async () => {
    expect(await channelsOf(["CPU", "fan1"])).toEqual([
      ["fan1", "fan1", 900],
      ["temp1_crit_alarm", "CPU", 0],
      ["temp1", "CPU", 40],
    ]);
  });

  it("have the names that the user gives them", async () => {
    expect(await channelsOf([{ input: "temp1", name: "processor" }, "temp2"])).toEqual([
      ["temp1_crit_alarm", "processor", 0],
      ["temp1", "processor", 40],
      ["temp2", "temp2", 30],
    ]);
  });

  it("leave a label of the kernel to whoever the user gives it to", async () => {
    expect(await channelsOf([{ input: "temp2", name: "CPU" }, "temp1"])).toEqual([
      ["temp1_crit_alarm", "temp1", 0],
      ["temp1", "temp1", 40],
      ["temp2", "CPU", 30],
    ]);
  });

  it("are listed where one is asked for that does not exist", async () => {
    await expect(channelsOf(["temp9"])).rejects.toMatchObject({
      code: "device-missing",
      message: "the device has no input temp9; it has: fan1, in0, temp1, temp2, temp3",
    });
  });

  it("are not known by a label that several have", async () => {
    await expect(channelsOf(["Case"])).rejects.toThrow("the device has no input Case");
  });

  it("cannot share one given name", () => {
    const twice = { device: "board", channels: ["temp1", { input: "temp2", name: "temp1" }] };
    expect(driver.options.safeParse(twice).success).toBe(false);
    expect(
      driver.options.safeParse({ device: "board", channels: ["temp1", "temp1"] }).success,
    ).toBe(false);
  });
});
