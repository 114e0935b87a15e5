import { airQuality } from "./quantities/air-quality.ts";
import { climate } from "./quantities/climate.ts";
import type { QuantityDefinition, QuantityDefinitions } from "./quantities/definition.ts";
import { device } from "./quantities/device.ts";
import { electricity } from "./quantities/electricity.ts";
import { energy } from "./quantities/energy.ts";
import { gases } from "./quantities/gases.ts";
import { general } from "./quantities/general.ts";
import { light } from "./quantities/light.ts";
import { liquids } from "./quantities/liquids.ts";
import { motion } from "./quantities/motion.ts";
import { particulates } from "./quantities/particulates.ts";
import { states } from "./quantities/states.ts";
import { weather } from "./quantities/weather.ts";

export type { QuantityDefinition } from "./quantities/definition.ts";

/** The closed catalogue: every kind of value that can become a metric, by the key that drivers use. */
export const quantities = {
  ...climate,
  ...light,
  ...gases,
  ...airQuality,
  ...particulates,
  ...electricity,
  ...energy,
  ...liquids,
  ...motion,
  ...weather,
  ...device,
  ...general,
  ...states,
} as const satisfies QuantityDefinitions;

/** Key into the catalogue, such as `temperatureCelsius`. */
export type Quantity = keyof typeof quantities;

/** The parts of the catalogue under the headings of its documentation, in the order of the page. */
export const quantityGroups: readonly {
  readonly title: string;
  readonly quantities: QuantityDefinitions;
}[] = [
  { title: "Climate and pressure", quantities: climate },
  { title: "Light", quantities: light },
  { title: "Gases", quantities: gases },
  { title: "Air quality", quantities: airQuality },
  { title: "Particles", quantities: particulates },
  { title: "Electricity", quantities: electricity },
  { title: "Energy", quantities: energy },
  { title: "Liquids, volume and flow", quantities: liquids },
  { title: "Distance, weight and motion", quantities: motion },
  { title: "Weather and soil", quantities: weather },
  { title: "Battery, radio, sound and actuators", quantities: device },
  { title: "Counts, times and data", quantities: general },
  { title: "Binary states", quantities: states },
];

/** Every name that a configuration may use for a quantity, in the order of the catalogue. */
export const quantityNames: readonly string[] = Object.values(quantities).map(({ name }) => name);

const isQuantity = (key: string): key is Quantity => Object.hasOwn(quantities, key);

const keysByName: ReadonlyMap<string, Quantity> = new Map(
  Object.keys(quantities)
    .filter(isQuantity)
    .map((key) => [quantities[key].name, key]),
);

/** The key of the quantity that a configuration calls by this name, or undefined if there is none. */
export const quantityByName = (name: string): Quantity | undefined => keysByName.get(name);

/** All that the catalogue says about a quantity, without the literal types of the single entry. */
export const definitionOf = (quantity: Quantity): QuantityDefinition => quantities[quantity];
