import type { Clock } from "../clock.ts";
import type { SensorConfig } from "../config/config.ts";
import type { ErrorCode, SensorError } from "../errors.ts";
import { type HealthFamily, health } from "../health.ts";
import type { Labels } from "../reading.ts";
import type { Series, Store } from "../store.ts";
import type { RejectionReason } from "./refine.ts";

/** How a sensor is doing, for the landing page and `read`. */
export interface SensorStatus {
  /** `starting` until the first poll has ended. */
  readonly state: "starting" | "up" | "down";
  /** Why it is down. */
  readonly error?: SensorError | undefined;
  readonly info: Labels;
}

/** The health metrics of one sensor, kept up to date by its poll loop. */
export interface VitalSigns {
  readonly identified: (info: Labels) => void;
  /** A reading that can be believed was taken just now. */
  readonly measured: () => void;
  readonly succeeded: (durationMs: number) => void;
  readonly failed: (error: SensorError, durationMs: number) => void;
  readonly rejected: (reason: RejectionReason) => void;
  readonly status: () => SensorStatus;
  readonly close: () => void;
}

const microsecondsPerMillisecond = 1000;
const microsecondsPerSecond = 1e6;

/** Series by the value of their one further label, opened when first needed. */
const createLabelled = (open: (value: string) => Series | undefined) => {
  const series = new Map<string, Series | undefined>();
  return {
    of: (value: string): Series | undefined => {
      if (!series.has(value)) series.set(value, open(value));
      return series.get(value);
    },
    close: () => {
      for (const one of series.values()) one?.close();
    },
  };
};

/** Opens the health metrics of a sensor. `observePoll` takes the duration for the histogram by driver. */
export const openVitalSigns = ({
  store,
  clock,
  config,
  observePoll,
}: {
  readonly store: Store;
  readonly clock: Pick<Clock, "nowMs">;
  readonly config: Pick<SensorConfig, "name" | "driver" | "labels">;
  readonly observePoll: (driver: string, seconds: number) => void;
}): VitalSigns => {
  const labels: Labels = { sensor: config.name, ...config.labels };
  const open = (family: HealthFamily, more: Labels = {}) =>
    store.open(family, { ...labels, ...more });
  const up = open(health.up);
  const lastReading = open(health.lastReading);
  const polls = open(health.polls);
  const duration = open(health.pollDuration);
  const failures = createLabelled((code) => open(health.pollFailures, { code }));
  const rejections = createLabelled((reason) => open(health.rejectedReadings, { reason }));
  let info: { readonly labels: Labels; readonly series: Series | undefined } | undefined;
  let state: SensorStatus["state"] = "starting";
  let lastError: SensorError | undefined;
  polls?.hold(0);

  const polled = (isUp: boolean, durationMs: number) => {
    const seconds = Math.round(durationMs * microsecondsPerMillisecond) / microsecondsPerSecond;
    state = isUp ? "up" : "down";
    up?.hold(isUp ? 1 : 0);
    polls?.add(1);
    duration?.hold(seconds);
    observePoll(config.driver, seconds);
  };

  return {
    identified: (found) => {
      info?.series?.close();
      // The user's labels are on every series of the sensor and must be the same here.
      const series = open(health.sensor, { driver: config.driver, ...found, ...config.labels });
      series?.hold(1);
      info = { labels: found, series };
    },
    measured: () => lastReading?.stamp(clock.nowMs()),
    succeeded: (durationMs) => {
      lastError = undefined;
      polled(true, durationMs);
    },
    failed: (error, durationMs) => {
      lastError = error;
      polled(false, durationMs);
      failures.of(error.code satisfies ErrorCode)?.add(1);
    },
    rejected: (reason) => rejections.of(reason)?.add(1),
    status: () => ({ state, error: lastError, info: info?.labels ?? {} }),
    close: () => {
      for (const series of [up, lastReading, polls, duration, info?.series]) series?.close();
      failures.close();
      rejections.close();
    },
  };
};
