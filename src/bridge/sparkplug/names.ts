import { definitionOf, type Quantity } from "../../quantities.ts";
import type { Meaning } from "../meaning.ts";
import type { Interpret } from "../plan.ts";
import { endsInUnit } from "../unit-suffix.ts";
import { meaningOfName, meaningOfUnit, meaningOfUnknown } from "../vocabulary.ts";
import type { Births } from "./births.ts";
import { booleanType, isMeasured, noValue, unnamed } from "./values.ts";

type Scalar = string | number | boolean;

/** Control and description of the node, by the specification or by custom (Sparkplug 3.0.0, section 6.4). */
const noReadings = /^(?:bdSeq$|(?:Node|Device) (?:Control|Info)\/|Properties\/)/u;

/** What has the same unit in most plants, so that its name is enough. */
const certain: ReadonlySet<unknown> = new Set<Quantity>([
  "temperatureCelsius",
  "dewPointCelsius",
  "relativeHumidityRatio",
  "carbonDioxidePpm",
  "voltageVolts",
  "frequencyHertz",
  "powerFactorRatio",
  "ph",
]);

const isState = (meaning: Meaning): boolean =>
  typeof meaning.quantity === "string" && definitionOf(meaning.quantity).dimension === "state";

const meaningOfNumber = (key: string, unit: string | undefined): Meaning | undefined => {
  if (unit !== undefined) {
    const meaning = meaningOfUnit(key, unit);
    return meaning.quantity === "value" ? undefined : meaning;
  }
  const meaning = meaningOfName(key);
  if (meaning === undefined) return undefined;
  const isSure = certain.has(meaning.quantity) || isState(meaning) || endsInUnit(key, meaning.unit);
  return isSure ? meaning : undefined;
};

const meaningOfBoolean = (key: string): Meaning | undefined => {
  const meaning = meaningOfName(key);
  return meaning !== undefined && isState(meaning) ? meaning : undefined;
};

/** With the folders of its name, `Outputs/A`, which tell it from its siblings. */
const inFolder = (meaning: Meaning, folder: string): Meaning => {
  const own = meaning.labels?.["channel"];
  if (folder === "") return meaning;
  const channel = (own === undefined ? folder : `${folder}/${own}`).slice(0, 128);
  return { ...meaning, labels: { ...meaning.labels, channel } };
};

/** Why a metric is no reading; undefined if it may be one. */
const reasonOf = (name: string, births: Births): string | undefined => {
  if (name.startsWith(unnamed) && births.byName(name) === undefined) {
    return "an alias that no birth has named; waits for the next one";
  }
  return noReadings.test(name) ? "control or description of the node" : undefined;
};

/** That of the value, or of its definition where there is none now. */
const kindOf = (value: Scalar, datatype: number | undefined): "boolean" | "number" | "text" => {
  if (typeof value !== "string") return typeof value === "boolean" ? "boolean" : "number";
  if (value !== noValue || !isMeasured(datatype)) return "text";
  return datatype === booleanType ? "boolean" : "number";
};

/** What the metrics of a node or device mean: by the unit of their birth, else by their name. */
export const interpretWith =
  (births: Births): Interpret =>
  ([name = ""], value) => {
    const reason = reasonOf(name, births);
    if (reason !== undefined) return reason;
    const definition = births.byName(name);
    const kind = kindOf(value, definition?.datatype);
    if (kind === "text") return "a text";
    const end = name.lastIndexOf("/");
    const key = name.slice(end + 1);
    const meaning =
      kind === "boolean" ? meaningOfBoolean(key) : meaningOfNumber(key, definition?.unit);
    if (meaning !== undefined) return inFolder(meaning, name.slice(0, Math.max(end, 0)));
    return kind === "boolean"
      ? { quantity: "state", labels: { channel: name.slice(0, 128) } }
      : meaningOfUnknown(name);
  };
