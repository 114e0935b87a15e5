/** A total that is counted here and goes on after a restart. */
export interface CounterTotal {
  /** What makes it the same counter as before: the user may change any other label. */
  readonly sensor: string;
  /** Key of the measurement within the sensor. */
  readonly measurement: string;
  /** Metric name; its unit is part of it, so that a total never goes on in another unit. */
  readonly metric: string;
  /** 0 and up, in the metric's unit. */
  readonly value: number;
}

/** What was counted before, and what is being counted now. */
export interface OpenTotal {
  /** The whole total when this process has counted `counted`. One that went down has started again from zero. */
  readonly advance: (counted: number) => number;
  /** What this process has counted. */
  readonly counted: () => number;
  readonly close: () => void;
}

/** All totals, open or not. */
export interface Totals {
  /** Goes on where this counter was left; undefined if it is open already. */
  readonly open: (identity: Omit<CounterTotal, "value">) => OpenTotal | undefined;
  /** Every total ever seen, the one opened last at the end. */
  readonly list: () => readonly CounterTotal[];
}

/** One text for each counter. */
export const totalKey = ({ sensor, measurement, metric }: Omit<CounterTotal, "value">): string =>
  JSON.stringify([sensor, measurement, metric]);

/** Totals that go on from `restored`. */
export const createTotals = (restored: readonly CounterTotal[]): Totals => {
  const totals = new Map(restored.map((total) => [totalKey(total), total]));
  const openKeys = new Set<string>();

  const open: Totals["open"] = ({ sensor, measurement, metric }) => {
    const identity = { sensor, measurement, metric };
    const key = totalKey(identity);
    if (openKeys.has(key)) return undefined;
    openKeys.add(key);
    let total = totals.get(key)?.value ?? 0;
    let base = total;
    let last = 0;
    totals.delete(key);
    totals.set(key, { ...identity, value: total });
    return {
      advance: (counted) => {
        if (counted < last) base = total;
        last = counted;
        total = base + counted;
        totals.set(key, { ...identity, value: total });
        return total;
      },
      counted: () => last,
      close: () => {
        openKeys.delete(key);
      },
    };
  };
  return { open, list: () => [...totals.values()] };
};
