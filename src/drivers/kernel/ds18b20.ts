import { z } from "zod";
import type { Sysfs } from "../../buses/sysfs.ts";
import { SensorError } from "../../errors.ts";
import { scaled } from "../../kernel/channels.ts";
import { millidegreesOfW1Slave } from "../../kernel/w1-slave.ts";
import { defineKernelDriver } from "../driver.ts";

const devices = "bus/w1/devices";

// Documentation/w1/slaves/w1_therm.rst: family codes that the kernel reads as thermometers.
const models: Readonly<Record<string, string>> = {
  "10": "DS18S20",
  "22": "DS1822",
  "28": "DS18B20",
  "3b": "DS1825",
  "42": "DS28EA00",
};
const identifier = /^(10|22|28|3b|42)-[0-9a-f]{12}$/;

// Datasheet 19-7487, table 1: what the chip holds after power-on, before any conversion.
const powerOnMillidegrees = 85_000;
// Documentation/ABI/testing/sysfs-driver-w1_therm, features: what it holds if the supply broke down during a conversion.
const starvedMillidegrees = 127_937;
// A tank near 85 °C does not change by more between two readings; one that was at 20 °C has not become that hot.
const nearMillidegrees = 5_000;

const options = z.strictObject({
  id: z
    .string()
    .regex(identifier, "must be a family code and twelve hexadecimal digits, like 28-0316a2794bff")
    .describe("Directory of the thermometer in /sys/bus/w1/devices, such as `28-0316a2794bff`.")
    .meta({ examples: ["28-0316a2794bff"] }),
});

interface State {
  readonly id: string;
  readonly path: string;
  /** Directory of the bus that it hangs on. */
  readonly master: string;
  /** Before 5.8 the kernel had `w1_slave` only. */
  readonly hasTemperature: boolean;
  readonly hasW1Slave: boolean;
  /** The latest reading that is beyond doubt, by which a doubtful one is judged. */
  readonly latest: { millidegrees?: number };
}

export const driver = defineKernelDriver<z.infer<typeof options>, State>({
  title: "Maxim DS18B20, DS18S20, DS1822, DS1825 and DS28EA00 thermometer on a 1-Wire bus",
  notes:
    "Needs `dtoverlay=w1-gpio` and a pull-up of 4.7 kΩ on the data line. A reading takes 94 ms at 9 bits and 750 ms at " +
    "12 bits, and the thermometers of one bus take turns: twenty of them need 15 s. The chip shows exactly 85 °C when " +
    "it was not able to measure, mostly in want of power; this is believed only after a reading within 5 °C of it. " +
    "A reading of exactly 0 °C is taken a second time, with its checksum, because a shorted line looks the same.",
  datasheet: "Maxim 19-7487 rev 6; Linux, Documentation/ABI/testing/sysfs-driver-w1_therm",
  intervalMs: 30_000,
  quantities: { temperatureCelsius: { minimum: -55, maximum: 125 } },
  options,

  // The kernel holds the bus during a conversion, and a thread of ours waits for it: four would stop all other files.
  sharedResource: ({ master }) => master,

  setup: async ({ sysfs, options: { id } }) => {
    const present = await sysfs.list(devices);
    if (!present.includes(id)) throw absent(id, present);
    const path = await sysfs.resolve(`${devices}/${id}`);
    const attributes = await sysfs.list(path);
    const hasTemperature = attributes.includes("temperature");
    const hasW1Slave = attributes.includes("w1_slave");
    if (!hasTemperature && !hasW1Slave) {
      throw new SensorError("device-missing", `/sys/${path} has no temperature`, {
        remedy: "Load the module that reads thermometers: `sudo modprobe w1_therm`.",
      });
    }
    const master = path.slice(0, path.lastIndexOf("/"));
    return { id, path, master, hasTemperature, hasW1Slave, latest: {} };
  },

  identity: ({ id, master }) => ({
    bus: master.slice(master.lastIndexOf("/") + 1),
    serial: id,
    model: models[id.slice(0, 2)] ?? "",
  }),

  measurements: () => [{ key: "temperature", quantity: "temperatureCelsius" }],

  read: async ({ sysfs, state }) => {
    const millidegrees = await readMillidegrees(sysfs, state);
    requireConversion(millidegrees, state);
    if (millidegrees !== powerOnMillidegrees) state.latest.millidegrees = millidegrees;
    return { temperature: scaled(millidegrees, { divide: 1000 }) };
  },
});

const absent = (id: string, present: readonly string[]): SensorError => {
  const thermometers = present.filter((name) => identifier.test(name));
  if (thermometers.length > 0) {
    return new SensorError(
      "device-missing",
      `no thermometer ${id} is connected; there are: ${thermometers.join(", ")}`,
      {
        remedy: "Set `id` to one of these, or check wiring and pull-up of the one that is missing.",
      },
    );
  }
  const hasBus = present.some((name) => name.startsWith("w1_bus_master"));
  return new SensorError(
    "device-missing",
    hasBus ? `no thermometer is connected, nor is ${id}` : "there is no 1-Wire bus",
    {
      remedy: hasBus
        ? "Check wiring, supply and the pull-up of 4.7 kΩ; the kernel searches the bus every ten seconds."
        : "Add `dtoverlay=w1-gpio` to /boot/firmware/config.txt and restart.",
    },
  );
};

const readMillidegrees = async (sysfs: Sysfs, state: State): Promise<number> => {
  if (!state.hasTemperature) return await readW1Slave(sysfs, state);
  const millidegrees = await readTemperature(sysfs, state);
  // With a shorted data line all bytes are zero, and so is their checksum; only `w1_slave` shows the bytes.
  return millidegrees === 0 && state.hasW1Slave ? await readW1Slave(sysfs, state) : millidegrees;
};

/** drivers/w1/slaves/w1_therm.c, temperature_show: whatever fails, the kernel answers with nothing and no error. */
const readTemperature = async (sysfs: Sysfs, { path }: State): Promise<number> => {
  try {
    return await sysfs.readNumber(`${path}/temperature`);
  } catch (cause) {
    if (!(cause instanceof SensorError) || cause.code !== "no-data") throw cause;
    throw new SensorError("no-data", cause.message, {
      remedy:
        "Check wiring, cable length and the pull-up of 4.7 kΩ: the thermometer does not answer.",
      cause,
    });
  }
};

const readW1Slave = async (sysfs: Sysfs, { path }: State): Promise<number> => {
  const attribute = `${path}/w1_slave`;
  return millidegreesOfW1Slave(`/sys/${attribute}`, await sysfs.readText(attribute));
};

const requireConversion = (millidegrees: number, { id, latest }: State): void => {
  if (millidegrees === starvedMillidegrees) throw unpowered(id, "lost its supply while measuring");
  if (millidegrees !== powerOnMillidegrees) return;
  const distance = Math.abs((latest.millidegrees ?? -Infinity) - powerOnMillidegrees);
  if (distance > nearMillidegrees) {
    throw unpowered(id, "shows 85 °C, its value after power-on: it has not measured");
  }
};

const unpowered = (id: string, what: string): SensorError =>
  new SensorError("not-ready", `${id} ${what}`, {
    remedy:
      "Connect the supply pin instead of parasite power, or use a stronger pull-up (`dtoverlay=w1-gpio-pullup`).",
  });
