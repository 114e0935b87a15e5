import { definitionOf } from "../../quantities.ts";
import { familyOfMeaning, knowsUnit, type Meaning } from "../meaning.ts";
import { isObject } from "../payload.ts";
import { meaningOfUnit, meaningOfUnknown } from "../vocabulary.ts";
import { detectedNames, isMeasured, labelsOf, measuredAs, type Split, splitName } from "./names.ts";

type Json = Readonly<Record<string, unknown>>;

/** What a property at a path of a device's state means, or why it is no reading. */
export type Properties = ReadonlyMap<string, Meaning | string>;

/** The text at an own key; undefined if it is none. */
export const textAt = (json: Json, key: string): string | undefined => {
  const value = Object.hasOwn(json, key) ? json[key] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
};

const numberAt = (json: Json, key: string): number | undefined => {
  const value = Object.hasOwn(json, key) ? json[key] : undefined;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
};

const listAt = (json: Json, key: string): readonly Json[] => {
  const value = Object.hasOwn(json, key) ? json[key] : undefined;
  return Array.isArray(value) ? value.filter(isObject) : [];
};

/** One property of a device, with what surrounds it. */
interface Exposed {
  readonly json: Json;
  readonly path: readonly string[];
  /** The specific kind that it belongs to: light, switch, climate, cover. */
  readonly kind: string | undefined;
  readonly split: Split;
}

/** No device nests or has more. */
const deepest = 4;
const maximumProperties = 500;

const splitOf = (json: Json, name: string, endpoint: string | undefined): Split => {
  const split = splitName(name);
  return { ...split, endpoint: textAt(json, "endpoint") ?? endpoint ?? split.endpoint };
};

const flatten = (
  exposes: readonly Json[],
  parent: Pick<Exposed, "path" | "kind"> & { readonly endpoint?: string | undefined },
): readonly Exposed[] => {
  if (parent.path.length >= deepest) return [];
  return exposes.flatMap((json): readonly Exposed[] => {
    const type = textAt(json, "type");
    const property = textAt(json, "property");
    const endpoint = textAt(json, "endpoint") ?? parent.endpoint;
    const features = listAt(json, "features");
    if (property === undefined) {
      return flatten(
        features.filter((each) => textAt(each, "property") !== undefined),
        {
          path: parent.path,
          kind: type,
          endpoint,
        },
      );
    }
    const path = [...parent.path, property];
    if (type === "composite") return flatten(features, { path, kind: "composite", endpoint });
    const name = textAt(json, "name") ?? property;
    return [{ json, path, kind: parent.kind, split: splitOf(json, name, endpoint) }];
  });
};

const isSettable = ({ json }: Exposed): boolean => ((numberAt(json, "access") ?? 1) & 0b010) !== 0;
const isPublished = ({ json }: Exposed): boolean => ((numberAt(json, "access") ?? 1) & 0b001) !== 0;

/** Sums of a day or a month begin again, so they are no counters. */
const periodic =
  /(?:^|_)(?:today|daily|day|yesterday|week|weekly|month|monthly|year|yearly|hour|hourly|last|previous|current)(?:_|$)/u;

const brightness = ({ json, split }: Exposed): Meaning => {
  const full = numberAt(json, "value_max") ?? 254;
  return {
    quantity: "brightnessRatio",
    scale: 1 / (full > 0 ? full : 254),
    labels: labelsOf(undefined, split),
  };
};

const unknownNumber = (name: string, unit: string | undefined, split: Split): Meaning => {
  if (unit === undefined) return meaningOfUnknown(name);
  const meaning = meaningOfUnit(name, unit, periodic.test(name) ? false : undefined);
  if (!knowsUnit(meaning)) return meaningOfUnknown(name);
  return { ...meaning, labels: labelsOf(meaning.labels?.["channel"], split) };
};

const voltage = (unit: string | undefined, split: Split, isOfBattery: boolean): Meaning => ({
  quantity: isOfBattery || unit === "mV" ? "batteryVoltageVolts" : "voltageVolts",
  unit: unit ?? (isOfBattery ? "mV" : "V"),
  labels: labelsOf(undefined, split),
});

const numeric = (exposed: Exposed, isOfBattery: boolean): Meaning | string => {
  const { json, kind, split, path } = exposed;
  const { base } = split;
  const unit = textAt(json, "unit");
  if (base === "brightness" && kind === "light") return brightness(exposed);
  const isState = isMeasured(base) && (base !== "color_temp" || kind === "light");
  if (isSettable(exposed) && !isState) return "a setting";
  if (base === "voltage") return voltage(unit, split, isOfBattery);
  const found = measuredAs(base, unit);
  if (found === undefined) return unknownNumber(path.join("_"), unit, split);
  const { quantity, channel } = found;
  const isPlain = definitionOf(quantity).dimension === "index";
  const above = path.slice(0, -1).join("_");
  const labels = labelsOf([above, channel].filter(Boolean).join("_"), split);
  return { quantity, unit: isPlain ? undefined : found.unit, labels };
};

const wordsOf = (json: Json): Readonly<Record<string, number>> => {
  const words: Record<string, number> = {};
  const tell = (key: string, meaning: number) => {
    const value = Object.hasOwn(json, key) ? json[key] : undefined;
    if (value !== undefined && typeof value !== "object") words[String(value)] = meaning;
  };
  tell("value_off", 0);
  tell("value_on", 1);
  return words;
};

const inverted = (words: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(words).map(([word, value]) => [word, 1 - value]));

/** The state of something that is switched; what it is says its kind. */
const switched = ({ json, kind, split, path }: Exposed): Meaning | string => {
  const words = wordsOf(json);
  // `fan_state` stands beside another state of the device; `auto_lock` and `away_mode` look like switches.
  const [, other] = /^(?:(\w+)_)?state(?:_\w+)?$/u.exec(path.at(-1) ?? "") ?? [undefined, null];
  if (other === null) return "a setting";
  const labels = labelsOf(other, split);
  if (kind === "lock") return { quantity: "lockOpen", words: inverted(words), labels };
  const isValve = Object.hasOwn(words, "OPEN");
  return { quantity: isValve ? "valveOpen" : "switchOn", words, labels };
};

const binary = (exposed: Exposed): Meaning | string => {
  const { json, kind, split, path } = exposed;
  if (split.base === "state" && kind !== "composite") return switched(exposed);
  const found = detectedNames.get(split.base);
  const words = wordsOf(json);
  if (found !== undefined) {
    return { quantity: found.quantity, words, labels: labelsOf(found.channel, split) };
  }
  if (isSettable(exposed)) return "a setting";
  return { quantity: "state", words, labels: { channel: path.join("_").slice(0, 100) } };
};

const enumerated = ({ split }: Exposed): Meaning | string => {
  const labels = labelsOf(undefined, split);
  if (split.base === "running_state") {
    return { quantity: "running", words: { idle: 0, heat: 1, cool: 1, fan_only: 1 }, labels };
  }
  return "text";
};

const meaningOf = (exposed: Exposed, isOfBattery: boolean): Meaning | string => {
  const { json, split } = exposed;
  if (!isPublished(exposed)) return "not published";
  if (textAt(json, "category") === "config") return "a setting";
  if (split.base.startsWith("action")) return "an event";
  const type = textAt(json, "type");
  if (type === "numeric") return numeric(exposed, isOfBattery);
  if (type === "binary") return binary(exposed);
  return type === "enum" ? enumerated(exposed) : "text";
};

/** What the properties of a device mean, by its `exposes`; two of the same kind are told apart by their names. */
export const propertiesOf = (exposes: unknown, isBattery: boolean): Properties => {
  const list = Array.isArray(exposes) ? exposes.filter(isObject) : [];
  const exposed = flatten(list, { path: [], kind: undefined }).slice(0, maximumProperties);
  const hasPower = exposed.some(({ split }) => split.base === "power");
  const properties = new Map<string, Meaning | string>();
  const taken = new Set<string>();
  for (const each of exposed) {
    const key = each.path.join("/");
    const meaning = meaningOf(each, isBattery && !hasPower);
    if (properties.has(key)) continue;
    if (typeof meaning === "string") {
      properties.set(key, meaning);
      continue;
    }
    const series = JSON.stringify([familyOfMeaning(meaning).name, meaning.labels]);
    const isTaken = taken.has(series);
    taken.add(series);
    const channel = each.path.join("_").slice(0, 100);
    properties.set(key, isTaken ? { ...meaning, labels: { ...meaning.labels, channel } } : meaning);
  }
  return properties;
};
