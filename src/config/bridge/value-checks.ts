import { parsePath } from "../../bridge/rules/path.ts";
import { compileTemplate } from "../../bridge/template.ts";
import { definitionOf, type Quantity, quantityByName } from "../../quantities.ts";
import { converterToBase, type Dimension, unitsOf } from "../../units.ts";
import { say } from "../messages.ts";
import { nearestWord } from "../nearest.ts";
import type { Path } from "../problems.ts";
import { at, entriesIn, type Finding, itemsIn, textAt } from "./finding.ts";

/** A value of a rule as it stands in the file. */
export interface GivenValue {
  /** From the rule on. */
  readonly path: Path;
  /** Undefined for a metric of the user's own. */
  readonly quantity: Quantity | undefined;
  readonly metric: string;
  /** Its keys; a path alone counts as a mapping with nothing else. */
  readonly keys: unknown;
  readonly isShort: boolean;
}

const given = (path: Path, metric: string, quantity: Quantity | undefined, value: unknown) => {
  const isShort = typeof value === "string";
  return { path, metric, quantity, keys: isShort ? { path: value } : value, isShort };
};

/** Every value of a rule whose quantity is known, and every metric. */
export const valuesOf = (rule: unknown): readonly GivenValue[] => [
  ...entriesIn(at(rule, "values")).flatMap(([name, value]) => {
    const quantity = quantityByName(name);
    if (quantity === undefined) return [];
    const { metric } = definitionOf(quantity);
    return Array.isArray(value)
      ? value.map((each, index) => given(["values", name, index], metric, quantity, each))
      : [given(["values", name], metric, quantity, value)];
  }),
  ...entriesIn(at(rule, "metrics")).map(([name, value]) =>
    given(["metrics", name], name, undefined, value),
  ),
];

// Of these the base unit is what devices publish, or there is but one. Of the others they publish several, and a
// number without a unit would be a guess: 1 may be 1 % or all of it, 1013 hectopascals or pascals.
const plainDimensions: readonly Dimension[] = [
  "temperature",
  "temperature_difference",
  "color_temperature",
  "voltage",
  "current",
  "power",
  "apparent_power",
  "reactive_power",
  "frequency",
  "illuminance",
  "irradiance",
  "angle",
  "rotation",
  "signal_strength",
  "sound",
  "gas_fraction",
  "mass_concentration",
  "turbidity",
  "index",
  "count",
  "state",
];

const symbolsOf = (dimension: Dimension): readonly string[] =>
  unitsOf(dimension).filter((symbol) => symbol !== "");

const checkUnit = ({ path, quantity, keys, isShort }: GivenValue): readonly Finding[] => {
  if (quantity === undefined) return [];
  const { name, dimension } = definitionOf(quantity);
  const unit = at(keys, "unit");
  if (typeof unit === "string") {
    if (converterToBase(dimension, unit) !== undefined) return [];
    const known = symbolsOf(dimension);
    const statement = say("value-unit", name, known, nearestWord(unit, known));
    return [{ path: [...path, "unit"], statement }];
  }
  const isMapping = isShort || (typeof keys === "object" && keys !== null && !Array.isArray(keys));
  const needsUnit = !plainDimensions.includes(dimension) && at(keys, "states") === undefined;
  if (unit !== undefined || !needsUnit || !isMapping) return [];
  return [{ path, statement: say("value-unit-missing", name, symbolsOf(dimension)), isKey: true }];
};

/** Undefined if the path is none. */
const starsOf = (keys: unknown): number | undefined => {
  const text = textAt(keys, "path");
  if (text === undefined) return 0;
  const parsed = parsePath(text);
  return "path" in parsed ? parsed.path.filter((part) => part === "*").length : undefined;
};

const checkFan = ({ path, keys, isShort }: GivenValue): readonly Finding[] => {
  const stars = starsOf(keys);
  const labels = itemsIn(at(keys, "fan")).length;
  if (stars === undefined || stars === labels) return [];
  const place = isShort ? path : [...path, labels > 0 ? "fan" : "path"];
  return [{ path: place, statement: say("value-fan", stars, labels), isKey: true }];
};

const checkExpression = ({ path, keys }: GivenValue): readonly Finding[] => {
  const expression = textAt(keys, "expression");
  if (expression === undefined) return [];
  const place = [...path, "expression"];
  if (at(keys, "path") !== undefined) {
    return [{ path: place, statement: say("value-source-twice"), isKey: true }];
  }
  const compiled = compileTemplate(`{{ ${expression} }}`);
  return "unsupported" in compiled
    ? [{ path: place, statement: say("value-expression", compiled.unsupported), isKey: true }]
    : [];
};

const notBesideStates = ["map", "scale", "offset", "absent", "unit"] as const;

const checkStates = ({ path, quantity, keys }: GivenValue): readonly Finding[] => {
  if (at(keys, "states") === undefined) return [];
  const place = [...path, "states"];
  const definition = quantity && definitionOf(quantity);
  const isPossible =
    definition === undefined
      ? textAt(keys, "type") !== "counter"
      : definition.dimension === "state" || definition.name === "value";
  if (!isPossible) {
    const name = definition?.name ?? "a counter";
    return [{ path: place, statement: say("value-states-quantity", name), isKey: true }];
  }
  return notBesideStates
    .filter((key) => at(keys, key) !== undefined && !(key === "unit" && quantity === undefined))
    .map((key) => ({ path: [...path, key], statement: say("value-states", key), isKey: true }));
};

/** Everything wrong with the keys of one value. */
export const checkValue = (value: GivenValue): readonly Finding[] => [
  ...checkUnit(value),
  ...checkFan(value),
  ...checkExpression(value),
  ...checkStates(value),
];
