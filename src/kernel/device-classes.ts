import type { DeviceClass } from "./device.ts";

/** Devices of hardware monitoring. */
export const hwmonClass: DeviceClass = {
  title: "hwmon device",
  directory: "class/hwmon",
  entry: /^hwmon\d+$/,
  nameFile: "name",
  option: "device",
  place: "device-link",
};

/** Sensors and converters of Industrial I/O. */
export const iioClass: DeviceClass = {
  title: "IIO device",
  directory: "bus/iio/devices",
  entry: /^iio:device\d+$/,
  nameFile: "name",
  option: "device",
  place: "parent",
};

/** Zones by which the kernel keeps the board cool. */
export const thermalClass: DeviceClass = {
  title: "thermal zone",
  directory: "class/thermal",
  entry: /^thermal_zone\d+$/,
  nameFile: "type",
  option: "type",
  place: "device-link",
};
