import { createI2cBuses, type I2cBuses } from "../buses/i2c-buses.ts";
import { openSysfs } from "../buses/sysfs.ts";
import type { SensorConfig } from "../config/config.ts";
import { asSensorError, type SensorError } from "../errors.ts";
import { closeWithin } from "../lifecycle.ts";
import { type Check, configOf, type Examination } from "./examination.ts";
import { fail, ok, type Result, warn } from "./result.ts";

const topic = "sensors";
const closeLimitMs = 2000;

/** Asks the device whether it is there, and is what the configuration says. It goes on as it was. */
const visit = async (
  { platform, clock, signal, loadDriver }: Examination,
  { driver: name, connection, options }: SensorConfig,
  buses: I2cBuses,
): Promise<void> => {
  const driver = await loadDriver(name);
  const sleep = (milliseconds: number) => clock.sleep(milliseconds, signal);
  if (driver.kind === "i2c" && connection.kind === "i2c") {
    const i2c = (await buses.open(connection.bus)).device(connection.address);
    await driver.identify({ i2c, options, sleep });
  }
  if (driver.kind === "kernel") {
    await driver.setup({ sysfs: openSysfs(platform.files), options, sleep });
  }
};

const failure = ({ identity }: Examination, name: string, error: SensorError): Result => {
  const isOurs = error.code === "permission-denied" && !identity.isSelf;
  // The user of the service is looked at by the checks of buses and lines.
  if (isOurs) return warn(topic, `${name}: you may not look`, "sudo sensor-exporter doctor");
  return fail(topic, `${name}: ${error.message}`, error.remedy);
};

/** Of a bus that hangs, one sensor waits for the time limit, and the others are not asked. */
const busOf = ({ connection }: SensorConfig): number | undefined =>
  connection.kind === "i2c" ? connection.bus : undefined;

const visitAll = async (
  examination: Examination,
  sensors: readonly SensorConfig[],
  buses: I2cBuses,
): Promise<readonly Result[]> => {
  const hanging = new Set<number | undefined>();
  const results: Result[] = [];
  for (const sensor of sensors) {
    const bus = busOf(sensor);
    if (bus !== undefined && hanging.has(bus)) continue;
    try {
      await visit(examination, sensor, buses);
    } catch (thrown) {
      examination.signal.throwIfAborted();
      const error = asSensorError(thrown);
      if (error.code === "bus-timeout") hanging.add(bus);
      results.push(failure(examination, sensor.name, error));
    }
  }
  return results;
};

/** Every configured chip and device of the kernel: there, and what it is said to be. */
export const sensorsCheck: Check = {
  topic,
  run: async (examination) => {
    const { platform, clock } = examination;
    const sensors = (configOf(examination)?.sensors ?? []).filter(
      ({ connection }) => connection.kind !== "gpio",
    );
    if (sensors.length === 0) return [];
    const buses = createI2cBuses(platform, clock);
    try {
      const failures = await visitAll(examination, sensors, buses);
      if (failures.length > 0) return failures;
      return [
        ok(topic, `there, all ${sensors.length}: ${sensors.map(({ name }) => name).join(", ")}`),
      ];
    } finally {
      await closeWithin(clock, closeLimitMs, buses.close);
    }
  },
};
