import {
  constantAttribute,
  i2cDirectory,
  inDirectory,
  integerAttribute,
  textOption,
} from "../kernel-attributes.ts";
import type { Environment, KernelModel } from "../model.ts";

type Attributes = Readonly<Record<string, () => string>>;

interface Device {
  /** Directory of the hardware; the hwmon directory is below it. */
  readonly directory: (place: string | undefined, index: number) => string;
  readonly attributes: (environment: Environment) => Attributes;
}

// Documentation/hwmon/sysfs-interface.rst: units and names of all attributes.
const millidegrees = (environment: Environment, channel: string) =>
  integerAttribute(() => 1000 * environment.value("temperatureCelsius", channel));
const millivolts = (environment: Environment, channel: string) =>
  integerAttribute(() => 1000 * environment.value("voltageVolts", channel));

const climate = (environment: Environment): Attributes => ({
  temp1_input: millidegrees(environment, "temp1"),
  humidity1_input: integerAttribute(
    () => 100_000 * environment.value("relativeHumidityRatio", "humidity1"),
  ),
});

const onI2c = (usual: string) => (place: string | undefined) => i2cDirectory(place, usual);

const devices: Readonly<Record<string, Device>> = {
  cpu_thermal: {
    directory: (_, index) => `/sys/devices/virtual/thermal/thermal_zone${index}`,
    attributes: (environment) => ({ temp1_input: millidegrees(environment, "temp1") }),
  },
  // drivers/hwmon/raspberrypi-hwmon.c
  rpi_volt: {
    directory: () => "/sys/devices/platform/soc/soc:firmware/raspberrypi-hwmon",
    attributes: (environment) => ({
      in0_input: millivolts(environment, "in0"),
      in0_label: constantAttribute("core"),
      in0_lcrit_alarm: constantAttribute("0"),
    }),
  },
  // Documentation/hwmon/pwm-fan.rst
  pwmfan: {
    directory: () => "/sys/devices/platform/cooling_fan",
    attributes: (environment) => ({
      fan1_input: integerAttribute(() => environment.value("rotationRpm", "fan1")),
      pwm1: integerAttribute(() => 255 * environment.value("dutyCycleRatio", "pwm1")),
      pwm1_enable: constantAttribute("1"),
    }),
  },
  // Documentation/hwmon/ina2xx.rst
  ina226: {
    directory: onI2c("1-0040"),
    attributes: (environment) => ({
      in0_input: millivolts(environment, "in0"),
      in1_input: millivolts(environment, "in1"),
      curr1_input: integerAttribute(() => 1000 * environment.value("currentAmperes", "curr1")),
      power1_input: integerAttribute(() => 1e6 * environment.value("powerWatts", "power1")),
      power1_crit_alarm: constantAttribute("0"),
    }),
  },
  // Documentation/hwmon/sht3x.rst
  sht3x: {
    directory: onI2c("1-0044"),
    attributes: (environment) => ({
      ...climate(environment),
      temp1_alarm: constantAttribute("0"),
      humidity1_alarm: constantAttribute("0"),
    }),
  },
};

const otherwise: Device = { directory: onI2c("1-0045"), attributes: climate };

/** A device of hardware monitoring, as the driver of the kernel for that chip shows it; any other measures the climate. */
export const model: KernelModel = {
  kind: "kernel",
  files: (environment, options, index) => {
    const name = textOption(options, "device") ?? "sht3x";
    const { directory, attributes } = devices[name] ?? otherwise;
    const hardware = directory(textOption(options, "at"), index);
    // Only a thermal zone has it directly below.
    const between = hardware.includes("/thermal/") ? "" : "/hwmon";
    return inDirectory(`${hardware}${between}/hwmon${index}`, {
      name: constantAttribute(name),
      ...attributes(environment),
    });
  },
};
