import { type Detection, type Finding, type Obstacle, obstacleOf } from "./finding.ts";
import type { KernelSearch } from "./kernel.ts";

const devices = "bus/w1/devices";
const driverName = "ds18b20";

const found = (id: string): Finding => ({
  place: `/sys/${devices}/${id}`,
  what: "1-Wire thermometer",
  certainty: "found",
  suggestions: [{ driver: driverName, names: [`${driverName} ${id}`], settings: { id } }],
  remarks: [],
});

// No chip has family 0: it is what a search reads from a line that is disturbed.
const isNoise = (name: string): boolean => /^00-/.test(name);

const noise = (names: readonly string[]): readonly Obstacle[] =>
  names.some(isNoise)
    ? [
        {
          place: `/sys/${devices}`,
          message: "the 1-Wire bus is disturbed: the kernel lists chips that do not exist",
          remedy: "Check the pull-up of 4.7 kΩ from the data line to 3.3 V, and the wiring.",
        },
      ]
    : [];

const noneThere = (names: readonly string[]): readonly Obstacle[] =>
  names.some((name) => name.startsWith("w1_bus_master")) &&
  names.every((name) => !/^[1-9a-f][0-9a-f]-/.test(name))
    ? [
        {
          place: `/sys/${devices}`,
          message: "there is a 1-Wire bus, but no chip on it",
          remedy:
            "Check wiring, supply and the pull-up of 4.7 kΩ; the kernel searches the bus every ten seconds.",
        },
      ]
    : [];

/** Thermometers on 1-Wire buses. */
export const searchOneWire = async ({
  sysfs,
  loadDriver,
  sleep,
}: KernelSearch): Promise<Detection> => {
  const driver = await loadDriver(driverName);
  const names = await sysfs.list(devices);
  const findings: Finding[] = [];
  const obstacles: Obstacle[] = [...noise(names), ...noneThere(names)];
  if (driver.kind !== "kernel") return { findings, obstacles };
  for (const id of names) {
    const options = driver.options.safeParse({ id });
    if (!options.success) continue;
    try {
      await driver.setup({ sysfs, options: options.data, sleep });
      findings.push(found(id));
    } catch (error) {
      obstacles.push(obstacleOf(`/sys/${devices}/${id}`, error));
    }
  }
  return { findings, obstacles };
};
