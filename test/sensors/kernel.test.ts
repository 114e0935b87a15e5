import { describe, expect, it } from "vitest";
import { openSysfs, type SysfsFiles } from "../../src/buses/sysfs.ts";
import { driver as ds18b20 } from "../../src/drivers/kernel/ds18b20.ts";
import { driver as thermal } from "../../src/drivers/kernel/thermal.ts";
import { SensorError } from "../../src/errors.ts";
import { bindKernelSensor } from "../../src/sensors/kernel.ts";
import { createTurns } from "../../src/sensors/turns.ts";
import { runUntilSettled } from "../harness/run.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { createSimulatedSysfs } from "../mocks/sysfs.ts";

const patient = new AbortController().signal;
const conversionMs = 750;

const thermometers = ["28-000000000001", "28-000000000002", "42-000000000003"];

const tree = () =>
  createSimulatedSysfs({
    ...Object.fromEntries(
      thermometers.map((id, index) => [
        `/sys/devices/w1_bus_master${index < 2 ? 1 : 2}/${id}/temperature`,
        () => `${20_000 + 1000 * index}\n`,
      ]),
    ),
    "/sys/devices/virtual/thermal/thermal_zone0/type": () => "cpu-thermal\n",
    "/sys/devices/virtual/thermal/thermal_zone0/temp": () => "50000\n",
  });

/** A /sys in which a conversion takes its time, or for ever while it hangs. */
const createBench = () => {
  const clock = createVirtualClock();
  const files = tree();
  const active = new Set<string>();
  const overlaps: string[] = [];
  const finishedMs = new Map<string, number>();
  const hanging = new Set<string>();
  const reads = new Map<string, number>();

  const convert = async (path: string): Promise<string> => {
    const master = path.split("/")[3] ?? "";
    if (active.has(master)) overlaps.push(path);
    active.add(master);
    reads.set(path, (reads.get(path) ?? 0) + 1);
    await clock.sleep(conversionMs);
    while (hanging.has(path)) await clock.sleep(1000);
    active.delete(master);
    finishedMs.set(path, clock.nowMs());
    return await files.readFile(path);
  };

  const slowFiles: SysfsFiles = {
    ...files,
    readFile: (path) => (path.endsWith("/temperature") ? convert(path) : files.readFile(path)),
  };
  const turns = createTurns(clock);
  const sysfs = openSysfs(slowFiles);
  const sensor = (name: string) => {
    const driver = name === "cpu" ? thermal : ds18b20;
    const options = driver.options.parse(name === "cpu" ? {} : { id: name });
    return bindKernelSensor({ name, driver, driverName: "d", options, sysfs, clock, turns });
  };
  return {
    clock,
    overlaps,
    hanging,
    reads,
    finishedMs,
    sensor,
    run: <Result>(promise: Promise<Result>) =>
      runUntilSettled(clock, promise, { stepMs: 50, limitMs: 200_000 }),
    pathOf: (id: string) =>
      `/sys/devices/w1_bus_master${id === thermometers[2] ? 2 : 1}/${id}/temperature`,
  };
};

const [first = "", second = "", elsewhere = ""] = thermometers;

describe("sensors of one 1-Wire bus", () => {
  it("are read one after the other, those of another bus at the same time", async () => {
    const bench = createBench();
    const sensors = thermometers.map(bench.sensor);
    await bench.run(Promise.all(sensors.map((sensor) => sensor.setUp(patient))));
    const startedMs = bench.clock.nowMs();
    const readings = await bench.run(Promise.all(sensors.map((sensor) => sensor.read(patient))));
    expect(readings).toEqual([{ temperature: 20 }, { temperature: 21 }, { temperature: 22 }]);
    expect(bench.overlaps).toEqual([]);
    const elapsed = thermometers.map(
      (id) => (bench.finishedMs.get(bench.pathOf(id)) ?? Number.NaN) - startedMs,
    );
    expect(elapsed).toEqual([conversionMs, 2 * conversionMs, conversionMs]);
  });

  it("get their turn after one of them has failed", async () => {
    const bench = createBench();
    const sensors = [bench.sensor(first), bench.sensor(second)];
    await bench.run(Promise.all(sensors.map((sensor) => sensor.setUp(patient))));
    bench.hanging.add(bench.pathOf(first));
    const [lost, late] = sensors.map((sensor) => sensor.read(patient));
    lost?.catch(() => {});
    await bench.clock.advance(5000);
    bench.hanging.clear();
    expect(await bench.run(Promise.resolve(late))).toEqual({ temperature: 21 });
  });

  it("do not wait for ever behind one that hangs in the kernel, and are not read beside it", async () => {
    const bench = createBench();
    const sensors = [bench.sensor(first), bench.sensor(second)];
    await bench.run(Promise.all(sensors.map((sensor) => sensor.setUp(patient))));
    bench.hanging.add(bench.pathOf(first));
    const outcomes = await bench.run(
      Promise.allSettled(sensors.map((sensor) => sensor.read(patient))),
    );
    expect(outcomes).toMatchObject([
      { reason: { code: "bus-timeout", message: expect.stringContaining("has not answered") } },
      { reason: { code: "bus-timeout", message: expect.stringContaining("was busy") } },
    ]);
    expect(bench.reads.get(bench.pathOf(second))).toBeUndefined();
    expect(bench.overlaps).toEqual([]);
  });

  it("do not hold up any other sensor", async () => {
    const bench = createBench();
    const [stuck, processor, other] = [first, "cpu", elsewhere].map(bench.sensor);
    for (const sensor of [stuck, processor, other]) {
      if (sensor !== undefined) await bench.run(sensor.setUp(patient));
    }
    bench.hanging.add(bench.pathOf(first));
    stuck?.read(patient).catch(() => {});
    expect(await bench.run(Promise.resolve(processor?.read(patient)))).toEqual({ temp: 50 });
    expect(await bench.run(Promise.resolve(other?.read(patient)))).toEqual({ temperature: 22 });
  });
});

describe("a sensor of the kernel", () => {
  it("is not read a second time while a reading hangs", async () => {
    const bench = createBench();
    const sensor = bench.sensor(first);
    await bench.run(sensor.setUp(patient));
    bench.hanging.add(bench.pathOf(first));
    await expect(bench.run(sensor.read(patient))).rejects.toMatchObject({ code: "bus-timeout" });
    await expect(bench.run(sensor.read(patient))).rejects.toMatchObject({ code: "bus-timeout" });
    expect(bench.reads.get(bench.pathOf(first))).toBe(1);
    bench.hanging.clear();
    expect(await bench.run(sensor.read(patient))).toEqual({ temperature: 20 });
  });

  it("stops waiting as soon as the program stops", async () => {
    const bench = createBench();
    const [reading, waiting] = [bench.sensor(first), bench.sensor(second)];
    await bench.run(Promise.all([reading.setUp(patient), waiting.setUp(patient)]));
    const stop = new AbortController();
    const outcomes = Promise.allSettled([reading.read(stop.signal), waiting.read(stop.signal)]);
    await bench.clock.advance(10);
    const stopped = new Error("stop");
    stop.abort(stopped);
    expect(await outcomes).toEqual([
      { status: "rejected", reason: stopped },
      { status: "rejected", reason: stopped },
    ]);
    await bench.clock.advance(5000);
    expect(bench.reads.get(bench.pathOf(second))).toBeUndefined();
  });

  it("does nothing once the program has stopped", async () => {
    const bench = createBench();
    const sensor = bench.sensor(first);
    await bench.run(sensor.setUp(patient));
    const stopped = AbortSignal.abort(new Error("stop"));
    await expect(sensor.setUp(stopped)).rejects.toThrow("stop");
    await bench.run(sensor.setUp(patient));
    await expect(sensor.read(stopped)).rejects.toThrow("stop");
    expect(bench.reads.size).toBe(0);
  });

  it("cannot be read before it was set up, nor after that failed", async () => {
    const bench = createBench();
    const sensor = bench.sensor("28-00000000ffff");
    await expect(sensor.read(patient)).rejects.toMatchObject({ code: "internal" });
    await expect(bench.run(sensor.setUp(patient))).rejects.toBeInstanceOf(SensorError);
    await expect(sensor.read(patient)).rejects.toMatchObject({ code: "internal" });
  });

  it("has its driver's limits on every measurement, and says which device it is", async () => {
    const bench = createBench();
    const sensor = bench.sensor(first);
    expect(await bench.run(sensor.setUp(patient))).toEqual({
      measurements: [
        { key: "temperature", quantity: "temperatureCelsius", minimum: -55, maximum: 125 },
      ],
      info: { bus: "w1_bus_master1", serial: first, model: "DS18B20" },
    });
    expect(sensor.driver).toBe("d");
    await sensor.close();
  });
});
