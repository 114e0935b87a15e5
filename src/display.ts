import { definitionOf, type Quantity } from "./quantities.ts";
import { convertFromBase } from "./units.ts";

const noBreakSpace = "\u00a0";

/** A value as people read it: converted, rounded, with its unit: "21.53 °C", "43.1 %". */
export const displayValue = (quantity: Quantity, value: number): string => {
  const { dimension, display } = definitionOf(quantity);
  const converted = convertFromBase(dimension, display.unit, value) ?? value;
  const text = converted.toFixed(display.decimals);
  // -0.00 is a rounded zero, and no reading of anybody's.
  const shown = /^-0(?:\.0+)?$/u.test(text) ? text.slice(1) : text;
  return display.unit === "" ? shown : `${shown}${noBreakSpace}${display.unit}`;
};

/** A quantity and its channel in words: "relative humidity", "voltage battery". */
export const displayName = (quantity: Quantity, channel?: string): string => {
  const name = definitionOf(quantity).name.replaceAll("_", " ");
  return channel === undefined ? name : `${name} ${channel}`;
};

/** The age of a reading: "3 s", "7 min", "5 h", "2 d". */
export const displayAge = (seconds: number): string => {
  const steps = [
    { unit: "s", seconds: 1, below: 120 },
    { unit: "min", seconds: 60, below: 7_200 },
    { unit: "h", seconds: 3_600, below: 172_800 },
  ];
  const whole = Math.max(0, seconds);
  const step = steps.find(({ below }) => whole < below) ?? { unit: "d", seconds: 86_400 };
  return `${Math.round(whole / step.seconds)}${noBreakSpace}${step.unit}`;
};
