import { describe, expect, it } from "vitest";
import { detectOn } from "./board.ts";

const text = (content: string) => () => `${content}\n`;

/** The place and the entries of each finding. */
const entriesOf = async (files: Readonly<Record<string, () => string>>) => {
  const { findings } = await detectOn({ files });
  return findings.map(({ suggestions }) => suggestions[0]);
};

describe("looking at what the kernel measures", () => {
  it("takes the processor of a Pi from its thermal zone, not again from hwmon", async () => {
    const zone = "/sys/devices/virtual/thermal/thermal_zone0";
    const entries = await entriesOf({
      [`${zone}/type`]: text("cpu-thermal"),
      [`${zone}/temp`]: text("48312"),
      [`${zone}/hwmon0/name`]: text("cpu_thermal"),
      [`${zone}/hwmon0/temp1_input`]: text("48312"),
    });
    expect(entries).toMatchObject([{ driver: "thermal", settings: {} }]);
  });

  it("asks for the under-voltage of a Pi as often as its firmware does", async () => {
    // drivers/hwmon/raspberrypi-hwmon.c: UNDERVOLTAGE_STICKY_BIT is polled every two seconds.
    const volts = "/sys/devices/platform/soc/soc:firmware/raspberrypi-hwmon/hwmon/hwmon1";
    const entries = await entriesOf({
      [`${volts}/name`]: text("rpi_volt"),
      [`${volts}/in0_lcrit_alarm`]: text("0"),
    });
    expect(entries).toMatchObject([
      { driver: "hwmon", settings: { device: "rpi_volt", interval: "2s" } },
    ]);
  });

  it("says where each of two devices of one name is", async () => {
    const device = (address: string, index: number) => {
      const path = `/sys/devices/platform/soc/i2c-1/1-00${address}/hwmon/hwmon${index}`;
      return { [`${path}/name`]: text("sht3x"), [`${path}/temp1_input`]: text("21000") };
    };
    const entries = await entriesOf({ ...device("44", 0), ...device("45", 1) });
    expect(entries).toMatchObject([
      { names: ["sht3x 1-0044"], settings: { device: "sht3x", at: "1-0044" } },
      { names: ["sht3x 1-0045"], settings: { device: "sht3x", at: "1-0045" } },
    ]);
  });

  it("leaves out a device without a value", async () => {
    const trigger = "/sys/devices/iio_sysfs_trigger/iio:device0";
    expect(await entriesOf({ [`${trigger}/name`]: text("dummy") })).toEqual([]);
  });

  it("finds nothing where the kernel shows nothing", async () => {
    expect(await entriesOf({})).toEqual([]);
  });
});

describe("looking at 1-Wire buses", () => {
  const master = "/sys/devices/w1_bus_master1";

  it("finds each thermometer by its number, in order, and not a second time as hwmon", async () => {
    // Documentation/w1/slaves/w1_therm.rst: family 28 is a DS18B20, 10 a DS18S20; 2d is a memory.
    const thermometer = (id: string, index: number) => ({
      [`${master}/${id}/temperature`]: text("21000"),
      [`${master}/${id}/hwmon/hwmon${index}/name`]: text("w1_slave_temp"),
      [`${master}/${id}/hwmon/hwmon${index}/temp1_input`]: text("21000"),
    });
    const entries = await entriesOf({
      ...thermometer("28-0316a2794bff", 0),
      ...thermometer("10-000803a1b2c3", 1),
      [`${master}/2d-000000000001/name`]: text("2d-000000000001"),
    });
    expect(entries).toEqual([
      {
        driver: "ds18b20",
        names: ["ds18b20 10-000803a1b2c3"],
        settings: { id: "10-000803a1b2c3" },
      },
      {
        driver: "ds18b20",
        names: ["ds18b20 28-0316a2794bff"],
        settings: { id: "28-0316a2794bff" },
      },
    ]);
  });

  it("takes numbers of family 0 for a disturbed line", async () => {
    const ghost = `${master}/00-400000000000/name`;
    const { findings, obstacles } = await detectOn({ files: { [ghost]: text("") } });
    expect(findings).toEqual([]);
    expect(obstacles.map(({ remedy }) => remedy).join()).toContain("pull-up of 4.7 kΩ");
  });

  it("says so when there is a bus with nothing on it", async () => {
    const { obstacles } = await detectOn({ files: { [`${master}/w1_master_name`]: text("x") } });
    expect(obstacles.map(({ message }) => message)).toContain(
      "there is a 1-Wire bus, but no chip on it",
    );
  });
});
