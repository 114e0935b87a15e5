import { openSysfs } from "../buses/sysfs.ts";
import { listDevices } from "../kernel/device.ts";
import { hwmonClass } from "../kernel/device-classes.ts";
import type { Check } from "./examination.ts";
import { fail, ok } from "./result.ts";

const topic = "power";

/** Under-voltage, as the firmware of a Raspberry Pi sees it at this moment. */
export const powerCheck: Check = {
  topic,
  run: async ({ platform }) => {
    const sysfs = openSysfs(platform.files);
    const devices = await listDevices(sysfs, hwmonClass);
    const volts = devices.find(({ name }) => name === "rpi_volt");
    if (volts === undefined) return [];
    const alarm = await sysfs.readOptional(`${volts.path}/in0_lcrit_alarm`);
    if (alarm !== "1") return [ok(topic, "no under-voltage at this moment")];
    const remedy = "use the supply made for this board, and a short cable";
    return [fail(topic, "under-voltage: readings, cards and USB devices fail of it", remedy)];
  },
};
