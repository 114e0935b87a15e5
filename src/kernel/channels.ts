import { z } from "zod";
import { asSensorError, SensorError } from "../errors.ts";
import type { Quantity } from "../quantities.ts";
import type { ChannelReadings, Labels, Measurement } from "../reading.ts";

/** From the number in an attribute to the base unit. Division is kept apart because it is exact more often. */
export interface Scaling {
  readonly multiply?: number;
  readonly divide?: number;
}

/** The number in base units. */
export const scaled = (value: number, { multiply = 1, divide = 1 }: Scaling): number =>
  (value * multiply) / divide;

/** One value that a device of the kernel offers. */
export interface Channel {
  /** Key among the readings; attribute name without its ending. */
  readonly key: string;
  /** What it belongs to and is selected by: `temp1`, `voltage0`. */
  readonly input: string;
  /** What the driver of the kernel calls the input, if it says. */
  readonly text: string | undefined;
  readonly quantity: Quantity;
  /** False for the only value of its quantity, which needs no label `channel`. */
  readonly isNamed: boolean;
  readonly labels: Labels;
}

/** Schema of the option that selects and renames inputs; `examples` completes "by name (`a`, `b`)". */
export const channelsOption = (examples: string) =>
  z
    .array(
      z.union([
        z.string().min(1),
        z.strictObject({
          input: z.string().min(1).describe("Input as the kernel names or labels it."),
          name: z.string().min(1).describe("Value of the label `channel`."),
        }),
      ]),
    )
    .max(64)
    .default([])
    .superRefine((entries, context) => {
      const selections = entries.map(selectionOf);
      selections.forEach(({ input, name = input }, index) => {
        const first = selections.findIndex(
          (other) => other.input === input || (other.name ?? other.input) === name,
        );
        if (first === index) return;
        context.addIssue({
          code: "custom",
          path: [index],
          message: `${input} is listed twice, or two channels have the name ${name}`,
        });
      });
    })
    .describe(
      `Inputs to read, by name (${examples}) or by label; all of them if empty. ` +
        "`{ input: ..., name: ... }` also gives the label `channel` another value.",
    );

type Entry = z.infer<ReturnType<typeof channelsOption>>[number];

interface Selection {
  readonly input: string;
  readonly name?: string | undefined;
}

const selectionOf = (entry: Entry): Selection =>
  typeof entry === "string" ? { input: entry } : entry;

const isSelected = (channel: Channel, { input }: Selection): boolean =>
  channel.input === input || channel.text === input;

const requireInput = (channels: readonly Channel[], selection: Selection): void => {
  if (channels.some((channel) => isSelected(channel, selection))) return;
  const inputs = [...new Set(channels.map(({ input }) => input))].join(", ");
  throw new SensorError(
    "device-missing",
    `the device has no input ${selection.input}; it has: ${inputs}`,
    { remedy: "Correct `channels`." },
  );
};

/** Without the texts that several inputs share, or that are the name of another: series must not merge. */
const withDistinctTexts = <Kind extends Channel>(channels: readonly Kind[]): readonly Kind[] => {
  const isDistinct = ({ input, text }: Channel): boolean =>
    channels.every(
      (other) => other.input === input || (other.text !== text && other.input !== text),
    );
  return channels.map((channel) =>
    isDistinct(channel) ? channel : { ...channel, text: undefined },
  );
};

/** The channels that the option selects, in the order of the device; throws `device-missing` for an unknown one. */
export const selectChannels = <Kind extends Channel>(
  channels: readonly Kind[],
  entries: readonly Entry[],
): readonly Kind[] => {
  const selections = entries.map(selectionOf);
  const distinct = withDistinctTexts(channels);
  for (const selection of selections) requireInput(distinct, selection);
  if (selections.length === 0) return distinct;
  return distinct.filter((channel) =>
    selections.some((selection) => isSelected(channel, selection)),
  );
};

const nameOf = (channel: Channel, selections: readonly Selection[]): string | undefined => {
  const { input, text, isNamed } = channel;
  const given = selections.find((selection) => isSelected(channel, selection))?.name;
  if (given !== undefined) return given;
  const isTaken = selections.some(({ name }) => name === text);
  if (text !== undefined && !isTaken) return text;
  return isNamed ? input : undefined;
};

/** The channels as measurements, each told from its siblings by the label `channel`. */
export const measurementsOfChannels = (
  channels: readonly Channel[],
  entries: readonly Entry[],
): readonly Measurement[] => {
  const selections = entries.map(selectionOf);
  return channels.map((channel): Measurement => {
    const name = nameOf(channel, selections);
    const labels = { ...(name === undefined ? {} : { channel: name }), ...channel.labels };
    return {
      key: channel.key,
      quantity: channel.quantity,
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
    };
  });
};

/**
 * Reads channel by channel; `read` resolves with undefined for one that measures nothing now. One that fails leaves the
 * others alone, unless the whole device is gone; throws what the first one threw if none was left.
 */
export const readChannels = async <Kind extends Channel>(
  channels: readonly Kind[],
  read: (channel: Kind) => Promise<number | undefined>,
): Promise<ChannelReadings> => {
  const readings: Record<string, number | SensorError> = {};
  const failures: SensorError[] = [];
  let measured = 0;
  for (const channel of channels) {
    const reading = await read(channel).catch(asSensorError);
    if (reading instanceof SensorError) {
      if (reading.code === "device-missing") throw reading;
      failures.push(reading);
    }
    if (typeof reading === "number") measured += 1;
    if (reading !== undefined) readings[channel.key] = reading;
  }
  const [first] = failures;
  if (measured === 0 && first !== undefined) throw first;
  return readings;
};
