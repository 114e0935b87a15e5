import type { Quantity } from "../quantities.ts";
import type { Labels } from "../reading.ts";
import type { Family, Series } from "../store.ts";
import type { Gate } from "./gate.ts";
import type { Budget } from "./tally.ts";

/** What became of a value that was written. */
export type Written = "stored" | "unchanged" | "waiting" | "refused";

/** When a value arrived and how long it holds. */
export interface Arrival {
  readonly atMs: number;
  readonly expiresMs: number;
  readonly isRetained: boolean;
}

/** The place of one reading of a device: a series of the store while there is a value to show. */
export interface Slot {
  readonly family: Family;
  readonly labels: () => Labels;
  /** Keeps a value in the base unit. A retained one that is known already tells nothing new. */
  readonly write: (value: number, arrival: Arrival) => Written;
  /** The device has no value now. */
  readonly clear: () => void;
  /** Gives up the series of a value that has expired; what it was is remembered. */
  readonly sweep: (nowMs: number) => void;
  /** Opens the series again under the device's new name. */
  readonly rename: () => void;
  /** True until the value expires. */
  readonly isLive: (nowMs: number) => boolean;
  /** One more topic writes here, and its gate lets readings through from now on. */
  readonly hold: (gate: Gate) => void;
  /** One topic less; the last one takes the series along. */
  readonly release: () => void;
}

const never = Number.NEGATIVE_INFINITY;

/** Where the series of a slot are opened. */
export interface SlotPlace {
  readonly family: Family;
  readonly quantity: Quantity | undefined;
  readonly labels: () => Labels;
  readonly open: (
    family: Family,
    labels: Labels,
    quantity: Quantity | undefined,
  ) => Series | undefined;
  readonly budget: Budget;
  readonly gate: Gate;
  readonly closed: () => void;
}

/** A slot without a value. */
export const createSlot = ({
  family,
  quantity,
  labels,
  open,
  budget,
  gate: firstGate,
  closed,
}: SlotPlace): Slot => {
  let series: Series | undefined;
  let users = 0;
  // Not a number until there is one, so that no value is equal to it.
  let value = Number.NaN;
  let atMs = never;
  let expiresMs = never;

  const openSeries = (): Series | undefined => {
    if (!budget.take()) return undefined;
    const opened = open(family, labels(), quantity);
    if (opened === undefined) budget.give();
    return opened;
  };
  const closeSeries = () => {
    if (series === undefined) return;
    series.close();
    series = undefined;
    budget.give();
  };
  const publish = (): Written => {
    series ??= openSeries();
    return series?.set(value, atMs, expiresMs) === true ? "stored" : "refused";
  };
  const clear = () => {
    value = Number.NaN;
    expiresMs = never;
    closeSeries();
  };

  let gate = firstGate;
  let wasOpen = gate.isOpen();
  const look = () => {
    const isOpen = gate.isOpen();
    if (isOpen === wasOpen) return;
    wasOpen = isOpen;
    // What was said before it went is no longer so; what was said before it came has been waiting.
    if (!isOpen) clear();
    else if (!Number.isNaN(value)) publish();
  };
  let stopWatching = gate.watch(look);

  return {
    family,
    labels,
    write: (next, arrival) => {
      if (arrival.isRetained && next === value) return "unchanged";
      value = next;
      atMs = arrival.atMs;
      expiresMs = arrival.expiresMs;
      return wasOpen ? publish() : "waiting";
    },
    clear,
    sweep: (nowMs) => {
      if (expiresMs <= nowMs) closeSeries();
    },
    rename: () => {
      if (series === undefined) return;
      closeSeries();
      publish();
    },
    isLive: (nowMs) => series !== undefined && expiresMs > nowMs,
    hold: (next) => {
      users += 1;
      if (next === gate) return;
      stopWatching();
      gate = next;
      stopWatching = gate.watch(look);
      look();
    },
    release: () => {
      users -= 1;
      if (users > 0) return;
      stopWatching();
      clear();
      closed();
    },
  };
};
