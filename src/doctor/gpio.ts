import type { GpioAddress } from "../buses/gpio.ts";
import { findChip, type GpioChip, isHeaderChip } from "../buses/gpio-chips.ts";
import { chooseGpioBackend, createGpio } from "../buses/gpio-open.ts";
import { runTool } from "../buses/gpio-process.ts";
import { refuseReservedLine } from "../buses/gpio-reserved.ts";
import { locateLine } from "../buses/gpio-sysfs-chips.ts";
import { chipsCall, parseChips, versionCall } from "../buses/gpio-tools.ts";
import type { Config, SensorConfig } from "../config/config.ts";
import { asSensorError } from "../errors.ts";
import { refusalOf, type Wanted } from "./access.ts";
import { type Check, configOf, type Examination } from "./examination.ts";
import { readAndWrite, writeOnly } from "./identity.ts";
import { fail, ok, type Result, warn } from "./result.ts";
import { listDirectory } from "./text-file.ts";

const topic = "gpio";

type GpioSensor = SensorConfig & {
  readonly connection: Extract<SensorConfig["connection"], { readonly kind: "gpio" }>;
};

const isGpio = (sensor: SensorConfig): sensor is GpioSensor => sensor.connection.kind === "gpio";

const backendOf = async (
  { platform, clock }: Examination,
  config: Config,
  { connection: { bias } }: GpioSensor,
): Promise<"sysfs" | "chardev"> => {
  const { files, loadOnoff, spawn, isSimulated } = platform;
  const preference = isSimulated ? "sysfs" : config.gpio.backend;
  const gpio = createGpio({ preference, files, clock, loadOnoff, spawn });
  return (await chooseGpioBackend(gpio, { bias })).name;
};

const locate = async (
  { platform, clock, signal }: Examination,
  backend: "sysfs" | "chardev",
  address: GpioAddress,
): Promise<{ readonly chip: GpioChip | undefined; readonly number: number | undefined }> => {
  if (backend === "sysfs") {
    const { chip, number } = await locateLine(platform.files, address);
    return { chip, number };
  }
  if ("sysfs" in address) return { chip: undefined, number: undefined };
  const { output } = await runTool({ spawn: platform.spawn, clock }, chipsCall, signal);
  return { chip: findChip(parseChips(output), address), number: undefined };
};

interface OtherUse {
  readonly lines: readonly number[];
  /** A file that is there while the lines have this use. */
  readonly directory: string;
  readonly file: RegExp;
  readonly remedy: string;
}

// Raspberry Pi documentation, "GPIO and the 40-pin header"; overlays/README, w1-gpio: gpiopin, default "4".
const otherUses: readonly OtherUse[] = [
  {
    lines: [2, 3],
    directory: "/dev",
    file: /^i2c-1$/u,
    remedy: "I2C bus 1 is enabled on it and stops working: sudo raspi-config nonint do_i2c 1",
  },
  {
    lines: [7, 8, 9, 10, 11],
    directory: "/dev",
    file: /^spidev0\./u,
    remedy: "SPI is enabled on it and stops working: sudo raspi-config nonint do_spi 1",
  },
  {
    lines: [14, 15],
    directory: "/dev",
    file: /^serial0$/u,
    remedy: "the serial port is enabled on it: sudo raspi-config, Interface Options, Serial Port",
  },
  {
    lines: [4],
    directory: "/sys/bus/w1/devices",
    file: /^w1_bus_master/u,
    remedy: "1-Wire is enabled, on this line unless its overlay says otherwise; choose another",
  },
];

/** What else the line is used for, and how to end that. */
const otherUseOf = async (
  { machine }: Examination,
  line: number,
): Promise<OtherUse | undefined> => {
  for (const use of otherUses.filter(({ lines }) => lines.includes(line))) {
    const names = await listDirectory(machine, use.directory);
    if (names.some((name) => use.file.test(name))) return use;
  }
  return undefined;
};

const examineLine = async (
  examination: Examination,
  config: Config,
  sensor: GpioSensor,
): Promise<Result> => {
  const { address, allowReserved } = sensor.connection;
  try {
    const backend = await backendOf(examination, config, sensor);
    const { chip, number } = await locate(examination, backend, address);
    if (chip !== undefined && "line" in address) {
      refuseReservedLine(chip, address.line, { allowReserved });
    }
    const line = "line" in address ? address.line : (number ?? 0);
    const isOfHeader = chip !== undefined && isHeaderChip(chip) && "line" in address;
    const conflict = isOfHeader ? await otherUseOf(examination, line) : undefined;
    if (conflict !== undefined)
      return warn(topic, `${sensor.name}: GPIO${line} has another use`, conflict.remedy);
    const place = chip === undefined ? `line ${line}` : `line ${line} of ${chip.label}`;
    const sysfs = number === undefined ? "" : `, number ${number} in sysfs`;
    return ok(topic, `${sensor.name}: ${place}${sysfs}, by ${backend}`);
  } catch (error) {
    const { message, remedy } = asSensorError(error);
    return fail(topic, `${sensor.name}: ${message}`, remedy);
  }
};

/** The ways to lines that there are, and whether the user may go them. */
const examineAccess = async (examination: Examination): Promise<readonly Result[]> => {
  const { machine } = examination;
  const chips = (await listDirectory(machine, "/dev")).filter((name) =>
    /^gpiochip\d+$/u.test(name),
  );
  const hasSysfs = (await listDirectory(machine, "/sys/class/gpio")).includes("export");
  const wanted: readonly Wanted[] = [
    ...(hasSysfs ? [{ path: "/sys/class/gpio/export", group: "gpio", permission: writeOnly }] : []),
    ...chips
      .slice(0, 1)
      .map((name) => ({ path: `/dev/${name}`, group: "gpio", permission: readAndWrite })),
  ];
  const results: Result[] = [];
  for (const one of wanted) {
    const refusal = await refusalOf(examination, one);
    if (refusal !== undefined) results.push(fail(topic, refusal.finding, refusal.remedy));
  }
  return results;
};

/** Which libgpiod there is; where lines need it and it is missing, they say so themselves. */
const examineTools = async ({
  platform,
  clock,
  signal,
}: Examination): Promise<readonly Result[]> => {
  const tools = { spawn: platform.spawn, clock };
  const { output, end } = await runTool(tools, versionCall, signal);
  return end.status === 0 ? [ok(topic, output.split("\n")[0] ?? "gpiomon is there")] : [];
};

/** GPIO lines of the configuration: the way to them, the chip, its base, and who else wants them. */
export const gpioCheck: Check = {
  topic,
  run: async (examination) => {
    const config = configOf(examination);
    const sensors = config?.sensors.filter(isGpio) ?? [];
    if (config === undefined || sensors.length === 0) return [];
    const lines: Result[] = [];
    for (const sensor of sensors) lines.push(await examineLine(examination, config, sensor));
    if (examination.platform.isSimulated) return lines;
    return [...(await examineAccess(examination)), ...(await examineTools(examination)), ...lines];
  },
};
