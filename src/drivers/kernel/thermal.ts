import { z } from "zod";
import { scaled } from "../../kernel/channels.ts";
import { findDevice, type KernelDevice, requireDevice } from "../../kernel/device.ts";
import { thermalClass } from "../../kernel/device-classes.ts";
import { defineKernelDriver } from "../driver.ts";

const options = z.strictObject({
  type: z
    .string()
    .min(1)
    .default("cpu-thermal")
    .describe(
      "Content of the file `type` of the zone: `cpu-thermal` is the processor of a Raspberry Pi.",
    ),
  at: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Which one, if several zones have that type: the last part of where the link `device` points, or the " +
        "zone's own name (`thermal_zone1`), which may change from one start to the next. The only one unless given.",
    ),
});

export const driver = defineKernelDriver<z.infer<typeof options>, KernelDevice>({
  title: "A thermal zone of the kernel, such as the processor",
  notes: "The temperature by which the kernel slows the processor down or starts a fan.",
  datasheet: "Linux, Documentation/ABI/testing/sysfs-class-thermal",
  intervalMs: 10_000,
  quantities: { temperatureCelsius: { minimum: -273.15, maximum: 1000 } },
  options,

  setup: ({ sysfs, options: { type, at } }) =>
    findDevice(sysfs, thermalClass, { name: type, place: at }),

  identity: ({ name, place }) => ({ device: name, address: place }),

  measurements: () => [{ key: "temp", quantity: "temperatureCelsius" }],

  read: async ({ sysfs, state }) => {
    await requireDevice(sysfs, thermalClass, state);
    const millidegrees = await sysfs.readNumber(`${state.path}/temp`);
    return { temp: scaled(millidegrees, { divide: 1000 }) };
  },
});
