import type { Channel, Scaling } from "./channels.ts";
import { type IioMeaning, iioMeanings, isSignalWithoutScale } from "./iio-meanings.ts";
import type { LabelAttribute } from "./labels.ts";

/** A value of an IIO device, and the attributes that it is computed from. */
export interface IioChannel extends Channel {
  /** The value itself, or what becomes the value as (raw + offset) × scale. */
  readonly attribute: string;
  readonly offset: string | undefined;
  readonly scale: string | undefined;
  readonly scaling: Scaling;
}

// Not values of now, or one half of a complex number.
const notReadings = /^(peak|trough|mean|i|q|.*_(peak|trough|mean)|.*quadrature_correction)$/;

const attributePattern =
  /^in_(?<name>(?<type>[a-z]+)(?<index>\d*)(-[a-z]+(?<other>\d+))?(_(?<modifier>.+))?)_(?<form>raw|input)$/;

interface Parsed {
  /** All of the name but `in_` and the ending. */
  readonly name: string;
  readonly type: string;
  readonly index: string;
  readonly isDifferential: boolean;
  readonly modifier: string;
  readonly form: string;
}

const parse = (attribute: string): Parsed | undefined => {
  const groups = attributePattern.exec(attribute)?.groups;
  if (groups === undefined) return undefined;
  const { name = "", type = "", index = "", other, modifier = "", form = "" } = groups;
  return { name, type, index, isDifferential: other !== undefined, modifier, form };
};

/** The attribute with that ending which holds for the channel: its own, else that of its type, else one for all. */
const sharedAttribute = (
  { name, type, isDifferential, modifier }: Parsed,
  ending: "offset" | "scale",
  existing: ReadonlySet<string>,
): string | undefined => {
  // drivers/iio/industrialio-core.c, __iio_device_attr_init
  const prefixes = [
    `in_${name}_`,
    ...(modifier === "" ? [] : [`in_${type}_${modifier}_`]),
    ...(isDifferential ? [`in_${type}-${type}_`] : []),
    `in_${type}_`,
    "in_",
    "",
  ];
  return prefixes.map((prefix) => `${prefix}${ending}`).find((name) => existing.has(name));
};

const fits = (
  { form, modifiers, devices }: IioMeaning,
  parsed: Parsed,
  device: string,
  hasScale: boolean,
): boolean => {
  if (modifiers !== undefined && !modifiers.includes(parsed.modifier)) return false;
  if (devices !== undefined && !devices.has(device)) return false;
  if (form === "finished") return parsed.form === "input";
  if (form === "unitless") return parsed.form === "raw";
  return parsed.form === "input" || hasScale || !isSignalWithoutScale(parsed.type);
};

const isNamed = ({ index, modifier }: Parsed, { modifiers }: IioMeaning): boolean =>
  index !== "" || (modifier !== "" && modifiers === undefined);

/** What the names of a device's attributes say about its channels; `texts` are its labels by channel. */
export const iioChannels = (
  device: string,
  attributes: readonly string[],
  texts: ReadonlyMap<string, string>,
): readonly IioChannel[] => {
  const existing = new Set(attributes);

  const channelOf = (attribute: string): readonly IioChannel[] => {
    const parsed = parse(attribute);
    if (parsed === undefined || notReadings.test(parsed.modifier)) return [];
    const scale = sharedAttribute(parsed, "scale", existing);
    const meaning = iioMeanings[parsed.type]?.find((one) =>
      fits(one, parsed, device, scale !== undefined),
    );
    if (meaning === undefined) return [];
    const isScaled = parsed.form === "raw" && meaning.form !== "unitless";
    const { quantity, multiply = 1, divide = 1 } = meaning;
    return [
      {
        key: parsed.name,
        input: parsed.name,
        text: texts.get(parsed.name),
        quantity,
        isNamed: isNamed(parsed, meaning),
        labels: {},
        attribute,
        offset: isScaled ? sharedAttribute(parsed, "offset", existing) : undefined,
        scale: isScaled ? scale : undefined,
        scaling: { multiply, divide },
      },
    ];
  };

  // A finished value is better than a raw one of the same channel.
  const finished = attributes.filter((name) => name.endsWith("_input")).flatMap(channelOf);
  const raw = attributes.filter((name) => name.endsWith("_raw")).flatMap(channelOf);
  const isFinished = (channel: IioChannel) => finished.some(({ key }) => key === channel.key);
  return [...finished, ...raw.filter((channel) => !isFinished(channel))];
};

/** Attributes with the labels of channels, and the channels that they belong to. */
export const iioLabels = (attributes: readonly string[]): readonly LabelAttribute[] =>
  attributes.flatMap((attribute) => {
    const input = /^in_(?<input>.+)_label$/.exec(attribute)?.groups?.["input"];
    return input === undefined ? [] : [{ attribute, input }];
  });
