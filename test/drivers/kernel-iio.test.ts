import { describe, expect, it } from "vitest";
import { driver } from "../../src/drivers/kernel/iio.ts";
import { createKernelBench } from "../harness/kernel.ts";
import { attributeError } from "../mocks/sysfs.ts";

const named = { name: "iio", driver };
const dht11 = "/sys/devices/platform/dht11@4/iio:device0";
const inputOutputError = 5; // EIO
const timedOut = 110; // ETIMEDOUT

/** A DHT11 that loses as many measurements as said, each with the next errno of the list. */
const lossyDht11 = (losses: number, errnos = [inputOutputError, timedOut]) => {
  let reads = 0;
  return {
    reads: () => reads,
    files: {
      [`${dht11}/name`]: () => "dht11@4\n",
      [`${dht11}/in_temp_input`]: () => {
        reads += 1;
        const errno = errnos[reads % errnos.length] ?? inputOutputError;
        if (reads <= losses) throw attributeError(`${dht11}/in_temp_input`, errno);
        return "22000\n";
      },
      [`${dht11}/in_humidityrelative_input`]: () => "45000\n",
    },
  };
};

describe("a DHT11", () => {
  it("is found by its name without the place in the device tree", async () => {
    const bench = createKernelBench(lossyDht11(0).files);
    const sensor = bench.sensor(named, { device: "dht11" });
    expect(await bench.firstReading(sensor)).toEqual({ temp: 22, humidityrelative: 0.45 });
  });

  it("is tried again two seconds after each of four lost measurements", async () => {
    const chip = lossyDht11(4);
    const bench = createKernelBench(chip.files);
    const sensor = bench.sensor(named, { device: "dht11" });
    await bench.setUp(sensor);
    const startedMs = bench.clock.nowMs();
    expect(await bench.read(sensor)).toEqual({ temp: 22, humidityrelative: 0.45 });
    expect(bench.clock.nowMs() - startedMs).toBeGreaterThanOrEqual(8000);
    expect(bench.clock.nowMs() - startedMs).toBeLessThan(8500);
  });

  it("is given up after the fifth", async () => {
    const chip = lossyDht11(100, [inputOutputError]);
    const bench = createKernelBench(chip.files);
    const readings = await bench.firstReading(bench.sensor(named, { device: "dht11@4" }));
    expect(readings["temp"]).toMatchObject({ code: "bus-error" });
    expect(chip.reads()).toBe(5);
  });

  it("is not waited for where it is gone", async () => {
    const enodev = 19;
    const chip = lossyDht11(100, [enodev]);
    const bench = createKernelBench(chip.files);
    const reading = bench.firstReading(bench.sensor(named, { device: "dht11" }));
    await expect(reading).rejects.toMatchObject({ code: "device-missing" });
    expect(chip.reads()).toBe(1);
  });
});

describe("an IIO device", () => {
  const directory = "/sys/devices/platform/soc/fe804000.i2c/i2c-1/1-0048/iio:device0";

  it("that is not a DHT11 is not read a second time after an error", async () => {
    let reads = 0;
    const bench = createKernelBench({
      [`${directory}/name`]: () => "ads1015\n",
      [`${directory}/in_voltage0_raw`]: () => {
        reads += 1;
        throw attributeError(`${directory}/in_voltage0_raw`, inputOutputError);
      },
    });
    const reading = bench.firstReading(bench.sensor(named, { device: "ads1015" }));
    await expect(reading).rejects.toMatchObject({ code: "bus-error" });
    expect(reads).toBe(1);
  });

  it("is read with the scale of that moment, since others may change the gain", async () => {
    let scale = "2.000000000";
    const bench = createKernelBench({
      [`${directory}/name`]: () => "ads1015\n",
      [`${directory}/in_voltage0_raw`]: () => "1000\n",
      [`${directory}/in_voltage0_scale`]: () => `${scale}\n`,
    });
    const sensor = bench.sensor(named, { device: "ads1015" });
    expect(await bench.firstReading(sensor)).toEqual({ voltage0: 2 });
    scale = "1.000000000";
    expect(await bench.read(sensor)).toEqual({ voltage0: 1 });
  });

  it("takes the offset and scale of its own channel before those of all", async () => {
    const bench = createKernelBench({
      [`${directory}/name`]: () => "converter\n",
      [`${directory}/in_voltage0_raw`]: () => "100\n",
      [`${directory}/in_voltage0_scale`]: () => "3\n",
      [`${directory}/in_voltage_scale`]: () => "5\n",
      [`${directory}/in_offset`]: () => "10\n",
      [`${directory}/in_voltage1_raw`]: () => "100\n",
    });
    // By hand: (100 + 10) × 3 / 1000 and (100 + 10) × 5 / 1000.
    expect(await bench.firstReading(bench.sensor(named, { device: "converter" }))).toEqual({
      voltage0: 0.33,
      voltage1: 0.55,
    });
  });

  it("delivers the inputs that the user selects, under the names given", async () => {
    const bench = createKernelBench({
      [`${directory}/name`]: () => "ads1015\n",
      [`${directory}/in_voltage0_raw`]: () => "1000\n",
      [`${directory}/in_voltage1_raw`]: () => "2000\n",
      [`${directory}/in_voltage0-voltage1_raw`]: () => "3000\n",
    });
    const sensor = bench.sensor(named, {
      device: "ads1015",
      channels: [{ input: "voltage0-voltage1", name: "shunt" }, "voltage1"],
    });
    expect(await bench.firstValues(sensor)).toEqual([
      {
        key: "voltage0-voltage1",
        quantity: "voltageVolts",
        labels: { channel: "shunt" },
        value: 3,
      },
      { key: "voltage1", quantity: "voltageVolts", labels: { channel: "voltage1" }, value: 2 },
    ]);
  });

  it("shows air that is drier or wetter than its formula allows as what it is: a defect", async () => {
    for (const [text, ratio] of [
      ["-6000", 0],
      ["119000", 1],
      ["-7000", -0.07],
      ["150000", 1.5],
    ] as const) {
      const bench = createKernelBench({
        [`${directory}/name`]: () => "htu21\n",
        [`${directory}/in_humidityrelative_input`]: () => `${text}\n`,
      });
      expect(await bench.firstReading(bench.sensor(named, { device: "htu21" }))).toEqual({
        humidityrelative: ratio,
      });
    }
  });

  it("without a chip's name one level up goes by its address", async () => {
    const bench = createKernelBench({
      [`${directory}/name`]: () => "1-0048\n",
      [`${directory}/in_temp_input`]: () => "20000\n",
    });
    const { info } = await bench.setUp(bench.sensor(named, { device: "1-0048" }));
    expect(info).toEqual({ device: "1-0048", address: "1-0048" });
  });
});
