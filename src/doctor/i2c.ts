import { devicePath } from "../buses/i2c-errors.ts";
import { refusalOf } from "./access.ts";
import { type Check, configOf, type Examination } from "./examination.ts";
import { readAndWrite } from "./identity.ts";
import { fail, ok, type Result, warn } from "./result.ts";
import { listDirectory } from "./text-file.ts";

const topic = "i2c";

const busesOf = (examination: Examination): readonly number[] => [
  ...new Set(
    (configOf(examination)?.sensors ?? []).flatMap(({ connection }) =>
      connection.kind === "i2c" ? [connection.bus] : [],
    ),
  ),
];

const presentBuses = async ({ machine }: Examination): Promise<readonly number[]> =>
  (await listDirectory(machine, "/dev"))
    .flatMap((name) => /^i2c-(\d+)$/u.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((one, other) => one - other);

const enabling = ({ board }: Examination): string => {
  if (board.hasRaspiConfig) return "sudo raspi-config nonint do_i2c 0";
  if (board.isRaspberryPi) {
    return `add dtparam=i2c_arm=on to ${board.bootFile} and i2c-dev to /etc/modules-load.d/i2c.conf, then sudo reboot`;
  }
  return "sudo modprobe i2c-dev; echo i2c-dev | sudo tee /etc/modules-load.d/i2c.conf; some boards also need an overlay";
};

const absent = async (examination: Examination, what: string): Promise<Result> => {
  const kernelBuses = await listDirectory(examination.machine, "/sys/bus/i2c/devices");
  const lacksModule = kernelBuses.some((name) => /^i2c-\d+$/u.test(name));
  const remedy = lacksModule
    ? "sudo modprobe i2c-dev; echo i2c-dev | sudo tee /etc/modules-load.d/i2c.conf"
    : enabling(examination);
  return busesOf(examination).length > 0 ? fail(topic, what, remedy) : warn(topic, what, remedy);
};

// The device tree is big-endian.
const frequencyHertz = async (
  { machine }: Examination,
  bus: number,
): Promise<number | undefined> => {
  const path = `/sys/bus/i2c/devices/i2c-${bus}/of_node/clock-frequency`;
  const bytes = await machine.bytes(path);
  if (bytes?.length !== 4) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, false);
};

// drivers/i2c/busses/i2c-bcm2835.c: I2C_AQ_NO_CLK_STRETCH.
const cannotStretch = async ({ machine }: Examination, bus: number): Promise<boolean> => {
  const path = `/sys/bus/i2c/devices/i2c-${bus}/of_node/compatible`;
  const text = new TextDecoder().decode(await machine.bytes(path));
  return /brcm,bcm(?:2835|2711)-i2c/u.test(text);
};

// UM10204, table 10: fast mode ends here.
const fastHertz = 400_000;

const speedOf = async (examination: Examination, bus: number): Promise<Result> => {
  const hertz = await frequencyHertz(examination, bus);
  const path = devicePath(bus);
  if (hertz === undefined)
    return ok(topic, `${path} is there and open to ${examination.identity.name}`);
  const speed = `${path} runs at ${hertz / 1000} kHz`;
  if (hertz > fastHertz) {
    const remedy = `dtparam=i2c_arm_baudrate=100000 in ${examination.board.bootFile}, then sudo reboot`;
    return warn(topic, `${speed}, faster than most chips can`, remedy);
  }
  const weakness = (await cannotStretch(examination, bus))
    ? "; its controller spoils the answers of chips that hold the clock (SCD30, CCS811, BNO055): dtparam=i2c_arm_baudrate=10000 helps"
    : "";
  return ok(topic, `${speed}${weakness}`);
};

const busResult = async (
  examination: Examination,
  bus: number,
  present: readonly number[],
): Promise<Result> => {
  const path = devicePath(bus);
  if (!present.includes(bus)) {
    const there = present.map(devicePath).join(", ");
    const missing = `there is no ${path}`;
    if (present.length === 0) return await absent(examination, missing);
    return fail(
      topic,
      missing,
      `set \`bus\` to one that is there: ${there}; or enable it by its overlay`,
    );
  }
  const refusal = await refusalOf(examination, { path, group: "i2c", permission: readAndWrite });
  if (refusal !== undefined) return fail(topic, refusal.finding, refusal.remedy);
  return await speedOf(examination, bus);
};

/** I2C buses: there, open to the user, and not too fast. */
export const i2cCheck: Check = {
  topic,
  run: async (examination) => {
    const present = await presentBuses(examination);
    const wanted = busesOf(examination);
    if (present.length === 0 && wanted.length === 0) {
      const isOther = configOf(examination) !== undefined;
      if (isOther) return [ok(topic, "no bus is enabled, and none is needed")];
      return [await absent(examination, "there is no /dev/i2c-*")];
    }
    // Without a configuration, bus 1 is the one of the header.
    const looked = wanted.length > 0 ? wanted : present.filter((bus) => bus <= 1);
    return await Promise.all(looked.map((bus) => busResult(examination, bus, present)));
  },
};
