import type { Quantity } from "../../quantities.ts";
import { definitionOf } from "../../quantities.ts";
import type { Meaning } from "../meaning.ts";
import { meaningOfStateName } from "../state-names.ts";
import { hasUsualUnit } from "../usual-units.ts";
import { meaningOfName, meaningOfUnit, meaningOfUnknown, wordsOfKey } from "../vocabulary.ts";

/** What a device says of a property. */
export interface HomieProperty {
  readonly unit?: string | undefined;
  readonly datatype?: string | undefined;
  readonly isSettable?: boolean | undefined;
}

/** Property names that say nothing, so that the node's name says what is measured or switched. */
const telltale: ReadonlySet<string> = new Set(
  "value level state status degrees percent percentage amount reading measurement".split(" "),
);
const onOffNames: ReadonlySet<string> = new Set("value state open active detected".split(" "));
const opening: ReadonlySet<unknown> = new Set(["contactOpen", "valveOpen", "lockOpen"]);
const numeric: ReadonlySet<string> = new Set(["integer", "float", "percent"]);

// Where a property stands tells it from others of the same quantity.
const withChannel = (meaning: Meaning, node: string, rest: string | undefined): Meaning => ({
  ...meaning,
  labels: { channel: [node, rest].filter(Boolean).join("/").slice(0, 128) },
});

/** What a node is of which a property says no more than that it is so; a door is only known to be open by that word. */
const stateOfNode = (node: string, property: string): Meaning["quantity"] | undefined => {
  if (!onOffNames.has(property)) return undefined;
  const { quantity } = meaningOfStateName(node);
  return opening.has(quantity) === (property === "open") ? quantity : undefined;
};

const meaningOfState = (node: string, property: string, isSettable: boolean): Meaning => {
  const lower = property.toLowerCase();
  const own = meaningOfStateName(property);
  if (own.quantity !== "state") return withChannel(own, node, own.labels?.["channel"]);
  const quantity = stateOfNode(node, lower) ?? "state";
  const isSwitch = isSettable || lower === "on" || lower === "power";
  return withChannel(
    { quantity: quantity === "state" && isSwitch ? "switchOn" : quantity },
    node,
    property,
  );
};

const isNamed = (meaning: Meaning, name: string): boolean =>
  meaningOfName(name)?.quantity === meaning.quantity;

const meaningWithUnit = (node: string, property: string, unit: string): Meaning => {
  const own = meaningOfUnit(property, unit);
  if (isNamed(own, property)) return withChannel(own, node, own.labels?.["channel"]);
  for (const word of telltale.has(property.toLowerCase()) ? wordsOfKey(node) : []) {
    const meaning = meaningOfUnit(word, unit);
    if (isNamed(meaning, word)) return withChannel(meaning, node, property);
  }
  return withChannel(own, node, property);
};

const settableQuantity = (quantity: Meaning["quantity"]): Meaning["quantity"] =>
  // Nobody sets what is measured.
  quantity === "temperatureCelsius" ? "temperatureSetpointCelsius" : quantity;

const isSure = (quantity: Quantity): boolean =>
  hasUsualUnit(quantity) || definitionOf(quantity).dimension === "state";

const meaningWithoutUnit = (
  node: string,
  property: string,
  { isSettable }: HomieProperty,
  isNumber: boolean,
): Meaning | string => {
  const meaning =
    meaningOfName(property) ??
    (telltale.has(property.toLowerCase()) ? meaningOfName(node) : undefined);
  if (typeof meaning?.quantity === "string" && isSure(meaning.quantity)) {
    return withChannel(meaning, node, meaning.labels?.["channel"]);
  }
  if (isSettable === true) return "a setting whose kind the device does not say";
  return isNumber
    ? withChannel(meaningOfUnknown(property), node, property)
    : "neither datatype, unit nor name say that it is a number";
};

/**
 * What a property means by what the device says of it, and by its name; or why it is no reading. `isAnnounced` is
 * false where the device says nothing of any property.
 */
export const meaningOfProperty = (
  node: string,
  property: string,
  about: HomieProperty,
  isAnnounced: boolean,
): Meaning | string => {
  const { datatype, isSettable = false } = about;
  if (datatype === "boolean") return meaningOfState(node, property, isSettable);
  if (datatype !== undefined && !numeric.has(datatype))
    return `its datatype is ${datatype.slice(0, 20)}`;
  const unit = about.unit?.trim() || (datatype === "percent" ? "%" : "");
  // Convention 4.0.0: "#" is a count or an amount.
  const meaning =
    unit === "" || unit === "#"
      ? meaningWithoutUnit(node, property, about, datatype !== undefined || !isAnnounced)
      : meaningWithUnit(node, property, unit);
  if (typeof meaning === "string" || !isSettable) return meaning;
  return { ...meaning, quantity: settableQuantity(meaning.quantity) };
};

/** Device statistics of Homie 3, and of its extension `org.homie.legacy-stats` for Homie 4. */
export const statistics: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["uptime", { quantity: "uptimeSeconds", unit: "s" }],
  ["signal", { quantity: "signalQualityRatio", unit: "%" }],
  ["battery", { quantity: "batteryRatio", unit: "%" }],
  ["cputemp", { quantity: "temperatureCelsius", unit: "°C", labels: { channel: "cpu" } }],
  ["cpuload", { quantity: "utilizationRatio", unit: "%", labels: { channel: "cpu" } }],
  ["freeheap", { quantity: "dataSizeBytes", unit: "B", labels: { channel: "freeheap" } }],
  ["supply", { quantity: "voltageVolts", unit: "V", labels: { channel: "supply" } }],
]);
