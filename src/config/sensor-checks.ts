import { definitionOf, type Quantity, quantityByName } from "../quantities.ts";
import { derivedMeasurements, inputsOf } from "../sensors/derive.ts";
import { formatDuration } from "./durations.ts";
import { type Statement, say } from "./messages.ts";
import type { Located, Path } from "./problems.ts";
import type { Entry } from "./sensor-entry.ts";
import { findNode, plainValue } from "./tree.ts";

/** What is known of a sensor before it is met: from its driver and its options. */
export interface Measured {
  readonly quantities: readonly Quantity[];
  /** Labels that the driver puts on its readings itself. */
  readonly labels: readonly string[];
}

/** What the common keys of an entry mean together; keys that are wrong by themselves count as left out. */
export const checkSensor = (entry: Entry, measured: Measured): readonly Located[] => [
  ...checkExpiry(entry, measured),
  ...checkPlausibility(entry, measured),
  ...checkLabels(entry, measured),
  ...checkDerive(entry, measured),
  ...checkAlerts(entry, measured),
];

const locate = ({ root, path }: Entry, below: Path, statement: Statement): Located => {
  const fullPath = [...path, ...below];
  return { statement, position: findNode(root, fullPath).position, path: fullPath };
};

const rawValue = ({ root, path }: Entry, key: string): unknown => {
  const { node } = findNode(root, [...path, key]);
  return node === undefined ? undefined : plainValue(node);
};

const shapeOf = ({ driver, schemas }: Entry, { quantities }: Measured) =>
  schemas.common(driver, quantities).shape;

const checkExpiry = (entry: Entry, measured: Measured): readonly Located[] => {
  const shape = shapeOf(entry, measured);
  const interval = shape.interval.safeParse(rawValue(entry, "interval")).data;
  const expires = shape.expires.safeParse(rawValue(entry, "expires")).data;
  if (interval === undefined || expires === undefined || expires >= interval) return [];
  return [locate(entry, ["expires"], say("expires-before-interval", formatDuration(interval)))];
};

const namesBelow = ({ root, path }: Entry, key: string): readonly string[] => {
  const { node } = findNode(root, [...path, key]);
  return node?.kind === "mapping" ? [...node.entries.keys()] : [];
};

const checkPlausibility = (entry: Entry, measured: Measured): readonly Located[] => {
  const plausible = shapeOf(entry, measured).plausible.safeParse(rawValue(entry, "plausible")).data;
  return Object.entries(plausible ?? {}).flatMap(([name, { minimum, maximum } = {}]) => {
    const isOrdered = minimum === undefined || maximum === undefined || minimum < maximum;
    return isOrdered ? [] : [locate(entry, ["plausible", name], say("plausible-order"))];
  });
};

const checkLabels = (entry: Entry, { labels }: Measured): readonly Located[] =>
  namesBelow(entry, "labels")
    .filter((name) => labels.includes(name))
    .map((name) => locate(entry, ["labels", name], say("label-of-driver", entry.driverName)));

const checkDerive = (entry: Entry, measured: Measured): readonly Located[] => {
  const shape = shapeOf(entry, measured);
  const derive = shape.derive.safeParse(rawValue(entry, "derive")).data ?? [];
  const found = derive.flatMap((derivation, index) => {
    const isFirst = derive.indexOf(derivation) === index;
    const statement = isFirst
      ? derivationFault(derivation, measured.quantities, entry.driverName)
      : say("derive-twice", derivation);
    return statement === undefined ? [] : [locate(entry, ["derive", index], statement)];
  });
  return [...found, ...checkAltitude(entry, derive)];
};

const derivationFault = (
  derivation: Parameters<typeof inputsOf>[0],
  measured: readonly Quantity[],
  driverName: string,
): Statement | undefined => {
  const results = derivedMeasurements([derivation]).map(({ quantity }) => quantity);
  if (results.some((quantity) => measured.includes(quantity))) {
    return say("derive-measured", derivation, driverName);
  }
  const missing = inputsOf(derivation).filter((quantity) => !measured.includes(quantity));
  const names = missing.map((quantity) => definitionOf(quantity).name);
  return missing.length === 0 ? undefined : say("derive-inputs", derivation, names, driverName);
};

const checkAltitude = (entry: Entry, derive: readonly string[]): readonly Located[] => {
  const isNeeded = derive.includes("sea_level_pressure");
  const isGiven = rawValue(entry, "altitude") !== undefined;
  if (isNeeded === isGiven) return [];
  return [locate(entry, ["altitude"], say(isNeeded ? "altitude-missing" : "altitude-unused"))];
};

// A value that was polled once in that time cannot have changed.
const pollsToChange = 2;

const checkAlerts = (entry: Entry, measured: Measured): readonly Located[] => {
  const shape = shapeOf(entry, measured);
  const alerts = shape.alerts.safeParse(rawValue(entry, "alerts")).data ?? {};
  const derive: readonly string[] = shape.derive.safeParse(rawValue(entry, "derive")).data ?? [];
  const interval = shape.interval.safeParse(rawValue(entry, "interval")).data ?? 0;
  return Object.entries(alerts).flatMap(([name, alert]) => {
    const quantity = quantityByName(name);
    const isMeasured = quantity !== undefined && measured.quantities.includes(quantity);
    if (!isMeasured && !derive.includes(name)) {
      return [locate(entry, ["alerts", name], say("alert-underived", name))];
    }
    const unchangedMs = alert?.unchangedMs;
    if (unchangedMs === undefined || unchangedMs >= pollsToChange * interval) return [];
    const key =
      quantity !== undefined && definitionOf(quantity).type === "counter" ? "stalled" : "stuck";
    const least = formatDuration(pollsToChange * interval);
    return [locate(entry, ["alerts", name, key], say("alert-before-interval", least))];
  });
};
