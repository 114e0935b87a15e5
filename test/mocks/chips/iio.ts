import {
  constantAttribute,
  decimalAttribute,
  i2cDirectory,
  inDirectory,
  integerAttribute,
  textOption,
} from "../kernel-attributes.ts";
import type { Environment, KernelModel } from "../model.ts";

type Attributes = Readonly<Record<string, () => string>>;

interface Device {
  readonly directory: (place: string | undefined) => string;
  readonly attributes: (environment: Environment) => Attributes;
}

const onI2c = (usual: string) => (place: string | undefined) => i2cDirectory(place, usual);

const climate = (environment: Environment): Attributes => ({
  in_temp_input: integerAttribute(() => 1000 * environment.value("temperatureCelsius")),
  in_humidityrelative_input: integerAttribute(
    () => 100_000 * environment.value("relativeHumidityRatio"),
  ),
});

// drivers/iio/adc/ti-ads1015.c: twelve bits over ±4.096 V, so 2 mV a step.
const adcMillivolts = 2;
const adcChannel = (environment: Environment, channel: string): Attributes => ({
  [`in_${channel}_raw`]: integerAttribute(
    () => (1000 * environment.value("voltageVolts", channel)) / adcMillivolts,
  ),
  [`in_${channel}_scale`]: constantAttribute("2.000000000"),
});

// drivers/iio/chemical/scd4x.c: T = (raw - 16852.114286) × 175 000 / 65 536, RH = raw × 100 000 / 65 536, and ppm as
// percent.
const scd4x = (environment: Environment): Attributes => ({
  in_concentration_co2_raw: integerAttribute(() => environment.value("carbonDioxidePpm")),
  in_concentration_co2_scale: constantAttribute("0.000100"),
  in_temp_raw: integerAttribute(
    () => ((environment.value("temperatureCelsius") + 45) * 65_536) / 175,
  ),
  in_temp_offset: constantAttribute("-16852.114286"),
  in_temp_scale: constantAttribute("2.670288085"),
  in_humidityrelative_raw: integerAttribute(
    () => environment.value("relativeHumidityRatio") * 65_536,
  ),
  in_humidityrelative_scale: constantAttribute("1.525878906"),
});

const devices: Readonly<Record<string, Device>> = {
  ads1015: {
    directory: onI2c("1-0048"),
    attributes: (environment) => ({
      ...adcChannel(environment, "voltage0"),
      ...adcChannel(environment, "voltage1"),
      ...adcChannel(environment, "voltage0-voltage1"),
    }),
  },
  bh1750: {
    directory: onI2c("1-0023"),
    attributes: (environment) => ({
      // drivers/iio/light/bh1750.c: at the usual sensitivity one count is 1/1.2 lux.
      in_illuminance_raw: integerAttribute(() => 1.2 * environment.value("illuminanceLux")),
      in_illuminance_scale: constantAttribute("0.833333"),
    }),
  },
  dht11: { directory: () => "/sys/devices/platform/dht11@4", attributes: climate },
  scd4x: { directory: onI2c("1-0062"), attributes: scd4x },
};

// drivers/iio/pressure/bmp280-core.c
const otherwise: Device = {
  directory: onI2c("1-0076"),
  attributes: (environment) => ({
    ...climate(environment),
    in_pressure_input: decimalAttribute(() => environment.value("pressurePascals") / 1000, 9),
  }),
};

/** A device of Industrial I/O, as the driver of the kernel for that chip shows it; any other is like a BME280. */
export const model: KernelModel = {
  kind: "kernel",
  files: (environment, options, index) => {
    const name = textOption(options, "device") ?? "bme280";
    const { directory, attributes } = devices[name] ?? otherwise;
    return inDirectory(`${directory(textOption(options, "at"))}/iio:device${index}`, {
      name: constantAttribute(name),
      ...attributes(environment),
    });
  },
};
