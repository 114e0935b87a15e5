import type { Clock } from "../clock.ts";
import type { Labels } from "../reading.ts";
import { sharing } from "../sharing.ts";
import type { Family, Series, SeriesOptions } from "../store.ts";
import { type Families, type FamilySlots, never, type Slot } from "./slots.ts";
import { createStamps, type Stamps } from "./stamps.ts";
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
  readonly stamps: Stamps<OpenSeries>;
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

/** A series and its slot in one, since there are many. */
interface OpenSeries extends Slot {
  readonly place: SeriesPlace;
  readonly holder: FamilySlots;
  readonly total: OpenTotal | undefined;
}

const setValue = (series: OpenSeries, value: number, atMs: number, expiresMs: number): boolean => {
  const { holder, total } = series;
  const isCounter = holder.family.type === "counter";
  if (!series.isOpen || !isStorable(value, isCounter, total !== undefined)) return false;
  holder.write(series, total === undefined ? value : total.advance(value), atMs, expiresMs);
  return true;
};

const writeStamp = (series: OpenSeries, atMs: number): void => {
  setValue(series, series.place.stamps.secondsAt(atMs), atMs, forEver);
};

/** What keeps the stamps of series right. */
export const createSeriesStamps = (clock: Clock): SeriesPlace["stamps"] =>
  createStamps(clock, (series) => writeStamp(series, series.atMs));

/** What the caller gave, which is less than the value of the slot if the total was restored. */
const givenTo = ({ value, total }: OpenSeries): number => {
  if (total !== undefined) return total.counted();
  return Number.isNaN(value) ? 0 : value;
};

const functions = {
  set(this: OpenSeries, value: number, atMs: number, expiresMs: number): boolean {
    return setValue(this, value, atMs, expiresMs);
  },
  hold(this: OpenSeries, value: number): void {
    setValue(this, value, this.place.clock.nowMs(), forEver);
  },
  add(this: OpenSeries, increment: number): void {
    if (this.holder.family.type === "counter" && increment < 0) return;
    setValue(this, givenTo(this) + increment, this.place.clock.nowMs(), forEver);
  },
  stamp(this: OpenSeries, atMs: number): void {
    if (!this.isOpen) return;
    writeStamp(this, atMs);
    this.place.stamps.follow(this);
  },
  clear(this: OpenSeries): void {
    this.place.stamps.forget(this);
    this.holder.clear(this);
  },
  close(this: OpenSeries): void {
    if (!this.isOpen) return;
    this.total?.close();
    this.place.stamps.forget(this);
    this.holder.remove(this);
    this.place.families.forgetIfEmpty(this.holder);
    this.place.closed();
  },
};

const createSeries = ({
  place,
  holder,
  total,
  prefix,
  labels,
  quantity,
}: Pick<OpenSeries, "place" | "holder" | "total" | "prefix" | "labels" | "quantity">) =>
  sharing<OpenSeries, typeof functions>(
    {
      place,
      holder,
      total,
      prefix,
      labels,
      quantity,
      value: Number.NaN,
      atMs: never,
      expiresMs: never,
      text: undefined,
      isOpen: true,
    },
    functions,
  );

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
  const { family, labels, options } = request;
  const rendered = renderLabels(labels);
  if (rendered === undefined || !isMetricName(family.name)) return "invalid";
  const holder = place.families.of(family);
  if (holder.family.type !== family.type) return "invalid";
  const prefix = joined(family.name, rendered, " ");
  if (holder.has(prefix)) return "duplicate";
  const total = openTotal(place, request);
  if (typeof total === "string") {
    place.families.forgetIfEmpty(holder);
    return total;
  }
  const series = createSeries({
    place,
    holder,
    total,
    prefix,
    labels,
    quantity: options?.quantity,
  });
  holder.add(series);
  return series;
};

/** A new series in the family of that name, or undefined after saying why not. Closing it twice does no harm. */
export const openSeries = (place: SeriesPlace, request: SeriesRequest): Series | undefined => {
  const series = openOrRefuse(place, request);
  if (typeof series !== "string") return series;
  place.refuse(series);
  return undefined;
};
