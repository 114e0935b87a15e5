import { SensorError } from "../errors.ts";
import type { GpioAddress } from "./gpio.ts";

/** A bank of lines, as both ways to reach it describe it. */
export interface GpioChip {
  /** What a configuration may call it beside its label; the first is shown to people. */
  readonly names: readonly string[];
  readonly label: string;
  /** Lines have the offsets 0 up to this. */
  readonly lines: number;
}

// The bank of the 40-pin header by model: Pi 5, Pi 4, Pi 0 to 3. MODULE_NAME in drivers/pinctrl/pinctrl-rp1.c and
// bcm/pinctrl-bcm2835.c. A Pi 5 also has chips of the other kinds, none of which carries the header.
const headerLabels = ["pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"];

/** Whether the chip's lines are the BCM numbers of a Raspberry Pi's header. */
export const isHeaderChip = (chip: GpioChip): boolean => headerLabels.includes(chip.label);

const listed = (chips: readonly GpioChip[]): string =>
  chips.map(({ names, label, lines }) => `${names[0]} [${label}] (${lines} lines)`).join(", ") ||
  "none";

const ofHeader = <Chip extends GpioChip>(chips: readonly Chip[]): readonly Chip[] => {
  const label = headerLabels.find((wanted) => chips.some((chip) => chip.label === wanted));
  return chips.filter((chip) => chip.label === label);
};

const matching = <Chip extends GpioChip>(
  chips: readonly Chip[],
  wanted: string | undefined,
): readonly Chip[] =>
  wanted === undefined
    ? ofHeader(chips)
    : chips.filter(({ label, names }) => label === wanted || names.includes(wanted));

/**
 * The chip that an address means: the one of that label or name, or the header's own where none is given. Throws
 * `device-missing` if there is none, `line-unavailable` if there are several (labels need not be unique) or if the
 * chip has no such line.
 */
export const findChip = <Chip extends GpioChip>(
  chips: readonly Chip[],
  { chip: wanted, line }: Extract<GpioAddress, { line: number }>,
): Chip => {
  const [chip, ...others] = matching(chips, wanted);
  const sought = wanted === undefined ? "chip of a Raspberry Pi's header" : `chip ${wanted}`;
  if (chip === undefined) {
    throw new SensorError("device-missing", `no GPIO ${sought}; there are: ${listed(chips)}`, {
      remedy: "Set `chip` to the label or name of one that is there; `gpiodetect` lists them.",
    });
  }
  if (others.length > 0) {
    throw new SensorError(
      "line-unavailable",
      `several GPIO chips answer to "${wanted ?? chip.label}": ${listed([chip, ...others])}`,
      { remedy: "Set `chip` to the name of the right one; `gpiodetect` lists them." },
    );
  }
  if (!Number.isInteger(line) || line < 0 || line >= chip.lines) {
    throw new SensorError(
      "line-unavailable",
      `${listed([chip])} has no line ${line}, only 0 to ${chip.lines - 1}`,
      { remedy: "Give the GPIO (BCM) number, not the pin's position on the header." },
    );
  }
  return chip;
};
