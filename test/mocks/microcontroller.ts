import type { Environment } from "./model.ts";

/** What a simulated device publishes. */
export interface Publication {
  readonly topic: string;
  readonly payload: string;
  readonly retain?: boolean;
}

/** A simulated device on the network: its firmware, as far as anybody can tell by its messages. */
export interface Microcontroller {
  /** What it says when it has connected. */
  readonly announce: () => readonly Publication[];
  /** What it measures now. */
  readonly report: () => readonly Publication[];
}

/** Makes a device in the surroundings of that name. */
export type Firmware = (surroundings: (name: string) => Environment) => Microcontroller;

/** JSON as firmware writes it. */
export const json = (topic: string, value: unknown, retain = false): Publication => ({
  topic,
  payload: JSON.stringify(value),
  retain,
});

/** A word or a number, kept by the broker. */
export const retained = (topic: string, payload: string): Publication => ({
  topic,
  payload,
  retain: true,
});

/** A value with so many decimals, as sensors resolve it. */
export const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
