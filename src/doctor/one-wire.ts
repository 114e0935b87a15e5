import { type Check, configOf, type Examination } from "./examination.ts";
import { fail, ok, type Result } from "./result.ts";
import { listDirectory } from "./text-file.ts";

const topic = "1-wire";
const devices = "/sys/bus/w1/devices";
const thermometer = /^(?:10|22|28|3b|42)-[\da-f]{12}$/u;

const enabling = ({ board }: Examination): string =>
  board.hasRaspiConfig
    ? "sudo raspi-config nonint do_onewire 0; sudo reboot"
    : `add dtoverlay=w1-gpio to ${board.bootFile}, then sudo reboot`;

const isWanted = (examination: Examination): boolean =>
  configOf(examination)?.sensors.some(({ driver }) => driver === "ds18b20") === true;

const lacksDriver = async (
  { platform }: Examination,
  names: readonly string[],
): Promise<boolean> => {
  const [first] = names;
  if (first === undefined) return false;
  const files = await platform.files.readDirectory(`${devices}/${first}`);
  return !files.includes("temperature") && !files.includes("w1_slave");
};

/** The 1-Wire bus: there at all, its module loaded, and something on it. */
export const oneWireCheck: Check = {
  topic,
  run: async (examination): Promise<readonly Result[]> => {
    const names = await listDirectory(examination.platform, devices);
    const masters = names.filter((name) => name.startsWith("w1_bus_master"));
    const thermometers = names.filter((name) => thermometer.test(name));
    if (masters.length === 0) {
      if (!isWanted(examination)) return [];
      return [fail(topic, "there is no 1-Wire bus", enabling(examination))];
    }
    if (names.some((name) => name.startsWith("00-"))) {
      const remedy = "fit a pull-up of 4.7 kΩ from the data line to 3.3 V; check wiring and length";
      return [fail(topic, "the bus is disturbed: chips are listed that do not exist", remedy)];
    }
    if (await lacksDriver(examination, thermometers)) {
      return [fail(topic, "nothing reads the thermometers", "sudo modprobe w1_therm")];
    }
    if (thermometers.length === 0 && isWanted(examination)) {
      const remedy = "check wiring, supply and the pull-up of 4.7 kΩ, then wait ten seconds";
      return [fail(topic, "no thermometer answers", remedy)];
    }
    return [ok(topic, `thermometers: ${thermometers.join(", ") || "none"}`)];
  },
};
