import type { Clock } from "../clock.ts";
import type { Labels } from "../reading.ts";
import type { Family, Series, SeriesOptions } from "../store.ts";
import type { Families, FamilySlots, Slot } from "./slots.ts";
import { isMetricName, joined, renderLabels } from "./text.ts";
import type { OpenTotal, Totals } from "./totals.ts";

/** Why a series can be refused: values of the `reason` label of `sensor_exporter_series_dropped_total`. */
export const dropReasons = ["limit", "duplicate", "invalid"] as const;
export type DropReason = (typeof dropReasons)[number];

const forEver = Number.POSITIVE_INFINITY;

/** Where series live, who is told why one was refused, and who is told that one was closed. */
interface SeriesPlace {
  readonly families: Families;
  readonly totals: Totals;
  readonly clock: Clock;
  readonly refuse: (reason: DropReason) => void;
  readonly closed: () => void;
}

interface SeriesRequest {
  readonly family: Family;
  readonly labels: Labels;
  readonly options?: SeriesOptions | undefined;
}

const isStorable = (value: number, isCounter: boolean, isCounted: boolean): boolean =>
  Number.isFinite(value) &&
  (!isCounter || value >= 0) &&
  // Above this, a double cannot count by one.
  (!isCounted || value <= Number.MAX_SAFE_INTEGER);

const createSeries = (
  { families, clock, closed }: SeriesPlace,
  holder: FamilySlots,
  slot: Slot,
  total: OpenTotal | undefined,
): Series => {
  // What the caller counted, which is less than the value of the slot if the total was restored.
  let given = 0;

  const set: Series["set"] = (value, atMs, expiresMs) => {
    const isCounter = holder.family.type === "counter";
    if (!slot.isOpen || !isStorable(value, isCounter, total !== undefined)) return false;
    given = value;
    holder.write(slot, total === undefined ? value : total.advance(value), atMs, expiresMs);
    return true;
  };
  const hold = (value: number): void => {
    set(value, clock.nowMs(), forEver);
  };
  return {
    set,
    hold,
    add: (increment) => {
      if (holder.family.type === "counter" && increment < 0) return;
      hold(given + increment);
    },
    clear: () => holder.clear(slot),
    close: () => {
      if (!slot.isOpen) return;
      total?.close();
      holder.remove(slot);
      families.forgetIfEmpty(holder);
      closed();
    },
  };
};

const openSlot = (
  { families }: SeriesPlace,
  { family, labels, options }: SeriesRequest,
): readonly [FamilySlots, Slot] | DropReason => {
  const rendered = renderLabels(labels);
  if (rendered === undefined || !isMetricName(family.name)) return "invalid";
  const holder = families.of(family);
  if (holder.family.type !== family.type) return "invalid";
  const prefix = joined(family.name, rendered, " ");
  const slot = holder.add({ prefix, labels, quantity: options?.quantity });
  return slot === undefined ? "duplicate" : [holder, slot];
};

/** The total that a counted series goes on from; undefined if the series is not counted. */
const openTotal = (
  { totals }: SeriesPlace,
  { family, labels, options }: SeriesRequest,
): OpenTotal | DropReason | undefined => {
  if (options?.counted !== true) return undefined;
  const { sensor = "" } = labels;
  const identity = { sensor, measurement: options.key ?? family.name, metric: family.name };
  return totals.open(identity) ?? "duplicate";
};

const openOrRefuse = (place: SeriesPlace, request: SeriesRequest): Series | DropReason => {
  const opened = openSlot(place, request);
  if (typeof opened === "string") return opened;
  const [holder, slot] = opened;
  const total = openTotal(place, request);
  if (typeof total !== "string") return createSeries(place, holder, slot, total);
  holder.remove(slot);
  place.families.forgetIfEmpty(holder);
  return total;
};

/** A new series in the family of that name, or undefined after saying why not. Closing it twice does no harm. */
export const openSeries = (place: SeriesPlace, request: SeriesRequest): Series | undefined => {
  const series = openOrRefuse(place, request);
  if (typeof series !== "string") return series;
  place.refuse(series);
  return undefined;
};
