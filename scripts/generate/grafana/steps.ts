import type { Step } from "./model.ts";

/** Orange from five minutes on, red from an hour on. */
export const ageSteps: readonly Step[] = [
  { color: "green" },
  { from: 300, color: "orange" },
  { from: 3600, color: "red" },
];

/** A Raspberry Pi slows down from 80 °C on. */
export const processorSteps: readonly Step[] = [
  { color: "green" },
  { from: 70, color: "orange" },
  { from: 80, color: "red" },
];

/** Red from half a minute on, orange from two seconds on, in either direction. */
export const clockSteps: readonly Step[] = [
  { color: "red" },
  { from: -30, color: "orange" },
  { from: -2, color: "green" },
  { from: 2, color: "orange" },
  { from: 30, color: "red" },
];

/** Red in the last week of a certificate, orange in the last month. */
export const certificateSteps: readonly Step[] = [
  { color: "red" },
  { from: 7 * 86_400, color: "orange" },
  { from: 30 * 86_400, color: "green" },
];

/** Words and colors for what is up or down. */
export const upDown = {
  texts: { 0: "down", 1: "up" },
  steps: [{ color: "red" }, { from: 1, color: "green" }],
} as const satisfies {
  readonly texts: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
};
