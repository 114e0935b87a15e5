import {
  constantAttribute,
  inDirectory,
  integerAttribute,
  textOption,
} from "../kernel-attributes.ts";
import type { KernelModel } from "../model.ts";

/** A thermal zone of the processor: Documentation/ABI/testing/sysfs-class-thermal. */
export const model: KernelModel = {
  kind: "kernel",
  files: (environment, options, index) =>
    inDirectory(`/sys/devices/virtual/thermal/thermal_zone${index}`, {
      type: constantAttribute(textOption(options, "type") ?? "cpu-thermal"),
      mode: constantAttribute("enabled"),
      temp: integerAttribute(() => 1000 * environment.value("temperatureCelsius")),
    }),
};
