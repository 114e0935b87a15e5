import type { GpioEdges, GpioLevel } from "./gpio.ts";

/** Level as the configuration means it, from the one on the wire. */
export const logicalLevel = (wireLevel: GpioLevel, activeLow: boolean): GpioLevel => {
  if (!activeLow) return wireLevel;
  return wireLevel === 1 ? 0 : 1;
};

/** Edges to watch for on the wire, from those of the logical level. */
export const edgesOnTheWire = (edges: GpioEdges, activeLow: boolean): GpioEdges => {
  if (edges === "both" || !activeLow) return edges;
  return edges === "rising" ? "falling" : "rising";
};
