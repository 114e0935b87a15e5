import type { Sysfs } from "../buses/sysfs.ts";
import type { Driver, Sleep } from "../drivers/driver.ts";
import { asSensorError } from "../errors.ts";
import { type DeviceClass, type KernelDevice, listDevices } from "../kernel/device.ts";
import { hwmonClass, iioClass, thermalClass } from "../kernel/device-classes.ts";
import { type Finding, type Obstacle, obstacleOf, type Settings } from "./finding.ts";

/** What the kernel reads, and on which chip. */
export interface KernelFinding {
  readonly finding: Finding;
  readonly driver: string;
  readonly device: string;
  /** Bus and address (`1-0076`), or wherever else the device hangs. */
  readonly hardware: string;
}

/** What looking for the kernel's devices needs. */
export interface KernelSearch {
  readonly sysfs: Sysfs;
  readonly loadDriver: (name: string) => Promise<Driver>;
  readonly sleep: Sleep;
}

interface Kind {
  readonly driver: string;
  readonly class: DeviceClass;
  /** True for what another driver reads better. */
  readonly isLeftOut: (device: KernelDevice) => boolean;
}

const kinds: readonly Kind[] = [
  { driver: "iio", class: iioClass, isLeftOut: () => false },
  {
    driver: "hwmon",
    class: hwmonClass,
    isLeftOut: ({ name, place }) => name === "w1_slave_temp" || /^thermal_zone\d+$/.test(place),
  },
  { driver: "thermal", class: thermalClass, isLeftOut: () => false },
];

const defaultZone = "cpu-thermal";

// drivers/hwmon/raspberrypi-hwmon.c: the alarm stands for the two seconds between two questions to the firmware.
const intervals: Readonly<Record<string, string>> = { rpi_volt: "2s" };

const settingsOf = (
  { class: { option } }: Kind,
  { name, place }: KernelDevice,
  isOnly: boolean,
): Settings => {
  const interval = intervals[name];
  return {
    ...(option === "type" && name === defaultZone ? {} : { [option]: name }),
    ...(isOnly ? {} : { at: place }),
    ...(interval === undefined ? {} : { interval }),
  };
};

const findingOf = (kind: Kind, device: KernelDevice, isOnly: boolean): KernelFinding => ({
  driver: kind.driver,
  device: device.name,
  hardware: device.place,
  finding: {
    place: `/sys/${kind.class.directory} ${device.place}`,
    what: `${kind.class.title} ${device.name}`,
    certainty: "found",
    suggestions: [
      {
        driver: kind.driver,
        names: isOnly
          ? [device.name, `${device.name} ${device.place}`]
          : [`${device.name} ${device.place}`],
        settings: settingsOf(kind, device, isOnly),
      },
    ],
    remarks: [],
  },
});

/** Undefined if the driver can read it; `ignore` if it has nothing to be read. */
const refusalOf = async (
  { sysfs, loadDriver, sleep }: KernelSearch,
  kind: Kind,
  settings: Settings,
): Promise<Obstacle | "ignore" | undefined> => {
  const driver = await loadDriver(kind.driver);
  if (driver.kind !== "kernel") return "ignore";
  const { interval: _, ...own } = settings;
  try {
    await driver.setup({ sysfs, options: driver.options.parse(own), sleep });
    return undefined;
  } catch (error) {
    const isEmpty = asSensorError(error).code === "no-data";
    return isEmpty ? "ignore" : obstacleOf(`/sys/${kind.class.directory}`, error);
  }
};

/** All devices of hwmon, IIO and thermal zones that have something to read. */
export const searchKernel = async (
  search: KernelSearch,
): Promise<{
  readonly findings: readonly KernelFinding[];
  readonly obstacles: readonly Obstacle[];
}> => {
  const findings: KernelFinding[] = [];
  const obstacles: Obstacle[] = [];
  for (const kind of kinds) {
    const devices = await listDevices(search.sysfs, kind.class);
    for (const device of devices.filter((one) => !kind.isLeftOut(one))) {
      const isOnly = devices.filter(({ name }) => name === device.name).length === 1;
      const found = findingOf(kind, device, isOnly);
      const refusal = await refusalOf(search, kind, settingsOf(kind, device, isOnly));
      if (refusal === undefined) findings.push(found);
      else if (refusal !== "ignore") obstacles.push(refusal);
    }
  }
  return { findings, obstacles };
};
