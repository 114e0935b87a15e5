import type { Clock } from "./clock.ts";
import { health } from "./health.ts";
import { definitionOf, type Quantity } from "./quantities.ts";
import type { Labels } from "./reading.ts";
import { createSeriesStamps, type DropReason, dropReasons, openSeries } from "./store/series.ts";
import { createFamilies, isLive } from "./store/slots.ts";
import { type CounterTotal, createTotals } from "./store/totals.ts";

/** Name, type and help of one metric family. */
export interface Family {
  /** Full sample name, with `_total` on counters and `_info` on infos. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "info";
  readonly help: string;
  /** OpenMetrics unit: a suffix of the name (before `_total`), or left out. */
  readonly unit?: string | undefined;
}

/** A slot for the newest value of one series. Its labels are rendered once, when it is opened. */
export interface Series {
  /**
   * Stores a value in the base unit until it expires. Returns false and keeps what was there if the value is not
   * finite, or negative in a counter.
   */
  readonly set: (value: number, atMs: number, expiresMs: number) => boolean;
  /** Stores a value that never expires (health metrics). */
  readonly hold: (value: number) => void;
  /**
   * Stores a moment of the monotonic clock as the wall clock has it, in seconds since 1970; it never expires, and is
   * right also after the wall clock was set.
   */
  readonly stamp: (atMs: number) => void;
  /** Adds to a value that never expires; starts from 0. A counter takes no negative increment. */
  readonly add: (increment: number) => void;
  /** Ends the series: it is in no later scrape until it is set again. */
  readonly clear: () => void;
  /** Gives the slot back; what is set afterwards is ignored. */
  readonly close: () => void;
}

/** A series that has not expired, for pages and commands. */
export interface StoredReading {
  /** Undefined for health metrics. */
  readonly quantity: Quantity | undefined;
  readonly family: Family;
  readonly labels: Labels;
  readonly value: number;
  readonly atMs: number;
}

/** How a series is to be treated. */
export interface SeriesOptions {
  /** What it measures; left out for health metrics. */
  readonly quantity?: Quantity | undefined;
  /** Key of the measurement within the sensor; the metric name when left out. */
  readonly key?: string | undefined;
  /** True if the value counts from the start of this process and must go on where the one before ended. */
  readonly counted?: boolean | undefined;
  /** True for a reading outside the catalogue, which has no quantity. */
  readonly isReading?: boolean | undefined;
}

/** One family's live samples as lines of the exposition, the same in every text format. */
interface FamilyText {
  readonly family: Family;
  readonly samples: string;
}

/** The newest value of every series. */
export interface Store {
  /** A new series, or undefined if it is refused; what was refused is counted by reason. The limit holds for readings. */
  readonly open: (family: Family, labels: Labels, options?: SeriesOptions) => Series | undefined;
  /** Sets another limit, 1 and up. Series that are open stay, also above it. */
  readonly limit: (maximumSeries: number) => void;
  /** Has a listener bring its series up to date before they are read; returns how to be asked no longer. */
  readonly beforeReading: (listener: () => void) => () => void;
  /** Every series that has not expired, families by name and series by labels. */
  readonly readings: () => Iterable<StoredReading>;
  /** The same as text; families without a live series are left out. */
  readonly render: () => readonly FamilyText[];
  /** Totals of `counted` series, those of closed ones and restored ones not yet opened included. */
  readonly totals: () => readonly CounterTotal[];
}

/** The metric family of a quantity of the catalogue. */
export const familyOf = (quantity: Quantity): Family => {
  const { metric, type, help, unit } = definitionOf(quantity);
  return { name: metric, type, help, unit };
};

/** How many series of readings there are and may be, shown in two series of the store's own. */
const createQuota = (shown: {
  readonly count: Series | undefined;
  readonly limit: Series | undefined;
}) => {
  let count = 0;
  let limit = 0;
  return {
    isFull: () => count >= limit,
    change: (difference: 1 | -1) => {
      count += difference;
      shown.count?.hold(count);
    },
    limit: (maximum: number) => {
      limit = maximum;
      shown.limit?.hold(limit);
    },
  };
};

/** An empty store that holds at most `maximumSeries` of readings, its totals going on from `restored`. */
export const createStore = ({
  clock,
  maximumSeries,
  restored = [],
}: {
  readonly clock: Clock;
  readonly maximumSeries: number;
  readonly restored?: readonly CounterTotal[];
}): Store => {
  const families = createFamilies();
  const totals = createTotals(restored);
  const dropped = new Map<DropReason, Series | undefined>();
  const refuse = (reason: DropReason) => dropped.get(reason)?.add(1);
  const stamps = createSeriesStamps(clock);
  const place = { families, totals, clock, stamps, refuse, closed: () => {} };
  const own = (family: Family, labels: Labels = {}): Series | undefined => {
    const series = openSeries(place, { family, labels });
    series?.hold(0);
    return series;
  };
  for (const reason of dropReasons) dropped.set(reason, own(health.seriesDropped, { reason }));
  const quota = createQuota({ count: own(health.series), limit: own(health.seriesLimit) });
  quota.limit(maximumSeries);

  const listeners = new Set<() => void>();
  const bringUpToDate = () => {
    for (const listener of listeners) listener();
    stamps.update();
  };

  const placeOfReadings = { ...place, closed: () => quota.change(-1) };
  const openReading: Store["open"] = (family, labels, options) => {
    if (quota.isFull()) {
      refuse("limit");
      return undefined;
    }
    const series = openSeries(placeOfReadings, { family, labels, options });
    if (series !== undefined) quota.change(1);
    return series;
  };

  return {
    // Health is bounded by the number of sensors, and must be able to tell that a reading found no room.
    open: (family, labels, options) =>
      options?.quantity === undefined && options?.isReading !== true
        ? openSeries(place, { family, labels, options })
        : openReading(family, labels, options),
    limit: quota.limit,
    beforeReading: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    *readings() {
      bringUpToDate();
      const nowMs = clock.nowMs();
      for (const { family, slots } of families.sorted()) {
        for (const slot of slots()) {
          if (!isLive(slot, nowMs)) continue;
          const { quantity, labels, value, atMs } = slot;
          yield { quantity, family, labels, value, atMs };
        }
      }
    },
    render: () => {
      bringUpToDate();
      const nowMs = clock.nowMs();
      return families
        .sorted()
        .map(({ family, render }) => ({ family, samples: render(nowMs) }))
        .filter(({ samples }) => samples !== "");
    },
    totals: totals.list,
  };
};
