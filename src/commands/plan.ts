import { openSysfs, type SysfsFiles } from "../buses/sysfs.ts";
import type { Clock } from "../clock.ts";
import type { Config, SensorConfig } from "../config/config.ts";
import type { Driver } from "../drivers/driver.ts";
import { asSensorError } from "../errors.ts";
import { hexadecimal } from "../hexadecimal.ts";
import { definitionOf } from "../quantities.ts";
import type { Labels, Measurement } from "../reading.ts";
import { derivedMeasurements } from "../sensors/derive.ts";
import { bindKernelSensor } from "../sensors/kernel.ts";
import { measurementsOf } from "../sensors/measurements.ts";
import { createTurns } from "../sensors/turns.ts";

/** One series that a sensor would have. */
interface PlannedSeries {
  readonly metric: string;
  readonly labels: Labels;
}

/** What would run for one entry of the configuration. */
export interface PlannedSensor {
  readonly name: string;
  readonly driver: string;
  /** Bus and address, line, or device. */
  readonly place: string;
  readonly intervalMs: number;
  readonly expiresMs: number;
  readonly series: readonly PlannedSeries[];
  /** Why the series are not known: the device that decides on them is not here. */
  readonly unknown?: string | undefined;
}

/** What planning looks at: the files of devices whose channels only the kernel knows. */
export interface PlanSources {
  readonly files: SysfsFiles;
  readonly clock: Clock;
  readonly loadDriver: (name: string) => Promise<Driver>;
}

/** Where a sensor is, in words. */
const placeOf = ({ connection }: SensorConfig): string => {
  if (connection.kind === "i2c") {
    return `/dev/i2c-${connection.bus} ${hexadecimal(connection.address)}`;
  }
  if (connection.kind === "kernel") return "/sys";
  const { address } = connection;
  if ("sysfs" in address) return `GPIO sysfs ${address.sysfs}`;
  return address.chip === undefined
    ? `GPIO ${address.line}`
    : `GPIO ${address.chip} ${address.line}`;
};

/** The measurements of a sensor. Of the kernel's devices only files are read; no bus is touched. */
const measurementsFor = async (
  { name, driver: driverName, options }: SensorConfig,
  { files, clock, loadDriver }: PlanSources,
): Promise<readonly Measurement[]> => {
  const driver = await loadDriver(driverName);
  if (driver.kind !== "kernel") return measurementsOf(driver, options);
  const sensor = bindKernelSensor({
    name,
    driver,
    driverName,
    options,
    clock,
    sysfs: openSysfs(files),
    turns: createTurns(clock),
  });
  return (await sensor.setUp(new AbortController().signal)).measurements;
};

const planSensor = async (sensor: SensorConfig, sources: PlanSources): Promise<PlannedSensor> => {
  const { name, driver, intervalMs, expiresMs, labels, derive } = sensor;
  const common = { name, driver, place: placeOf(sensor), intervalMs, expiresMs };
  try {
    const measurements = [
      ...(await measurementsFor(sensor, sources)),
      ...derivedMeasurements(derive),
    ];
    return {
      ...common,
      series: measurements.map((measurement) => ({
        metric: definitionOf(measurement.quantity).metric,
        labels: { sensor: name, ...labels, ...measurement.labels },
      })),
    };
  } catch (error) {
    return { ...common, series: [], unknown: asSensorError(error).message };
  }
};

/** What a configuration would run, sensor by sensor. */
export const planConfig = async (
  { sensors }: Config,
  sources: PlanSources,
): Promise<readonly PlannedSensor[]> =>
  Promise.all(sensors.map((sensor) => planSensor(sensor, sources)));
