import type { Census } from "../census.ts";
import { type Clock, within } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Spawn } from "../spawn.ts";
import { createNotifier, type Notifier } from "./notifier.ts";
import { createProgress, type Progress } from "./progress.ts";
import { describeCensus } from "./status.ts";

/** The systemd that has started the program, and is told how it is doing. */
export interface ServiceManager {
  /** What must go round for the watchdog to be fed. */
  readonly progress: Progress;
  /** Everything was started, or the configuration was loaded anew. */
  readonly ready: (census: () => Census) => void;
  /** The configuration is being loaded anew; ready() follows. */
  readonly reloading: () => void;
  /** Everything is being closed. */
  readonly stopping: () => void;
  /** Feeds the watchdog no more; resolves once everything was told, within a second. */
  readonly close: () => Promise<void>;
}

/** What is needed to tell systemd anything. */
export interface ServiceManagerOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly processId: number;
  readonly spawn: Spawn;
  readonly clock: Clock;
  readonly log: Log;
}

const microsecondsPerMillisecond = 1000;
// sd_watchdog_enabled(3) advises half of it; a third leaves time for systemd-notify to start on a slow board.
const mealsPerLimit = 3;
const longestGoodbyeMs = 1000;

/** Milliseconds between two meals of the watchdog; undefined if there is none, or if it watches another process. */
const mealIntervalMs = ({ environment, processId }: ServiceManagerOptions): number | undefined => {
  const limitMicroseconds = Number(environment["WATCHDOG_USEC"]);
  const watched = environment["WATCHDOG_PID"];
  if (watched !== undefined && watched !== String(processId)) return undefined;
  if (!Number.isSafeInteger(limitMicroseconds) || limitMicroseconds <= 0) return undefined;
  return limitMicroseconds / microsecondsPerMillisecond / mealsPerLimit;
};

/** Says once per change of state which sensors are late; true while there are any. */
const createStallReport = (log: Log) => {
  let known = "";
  return (late: readonly string[]): boolean => {
    const names = late.join(", ");
    if (names !== known && names !== "") {
      const remedy = "None: without progress the service manager restarts the exporter.";
      log.error("polling_stalled", { sensor: names, remedy });
    }
    if (names === "" && known !== "") log.info("polling_resumed");
    known = names;
    return names !== "";
  };
};

/** Feeds the watchdog, and shows at the same time how the sensors are doing, until the signal aborts. */
const feedForEver = async (
  {
    notifier,
    progress,
    intervalMs,
    describe,
    clock,
    log,
  }: Pick<ServiceManagerOptions, "clock" | "log"> & {
    readonly notifier: Notifier;
    readonly progress: Progress;
    readonly intervalMs: number;
    readonly describe: () => string;
  },
  signal: AbortSignal,
): Promise<void> => {
  const isStalled = createStallReport(log);
  for (;;) {
    await clock.sleep(intervalMs, signal);
    const meal = isStalled(progress.late(clock.nowMs())) ? {} : { WATCHDOG: 1 };
    notifier.tell({ ...meal, STATUS: describe() });
    // Messages must not pile up before a service manager that is busy.
    await notifier.told();
  }
};

/** Undefined unless systemd listens for what the program has to say. */
export const connectServiceManager = (
  options: ServiceManagerOptions,
): ServiceManager | undefined => {
  const { environment, spawn, clock, log } = options;
  const socket = environment["NOTIFY_SOCKET"];
  if (socket === undefined || socket === "") return undefined;
  const notifier = createNotifier({ socket, path: environment["PATH"], spawn, clock, log });
  const progress = createProgress();
  const intervalMs = mealIntervalMs(options);
  const stop = new AbortController();
  let feeding: Promise<void> | undefined;
  return {
    progress,
    ready: (census) => {
      const describe = () => describeCensus(census());
      notifier.tell({ READY: 1, STATUS: describe() });
      if (intervalMs === undefined) return;
      const meals = { notifier, progress, intervalMs, describe, clock, log };
      // Rejects only when stopped.
      feeding ??= feedForEver(meals, stop.signal).catch(() => {});
    },
    reloading: () => {
      const monotonicMicroseconds = Math.floor(clock.nowMs() * microsecondsPerMillisecond);
      notifier.tell({ RELOADING: 1, MONOTONIC_USEC: monotonicMicroseconds, STATUS: "reloading" });
    },
    stopping: () => {
      stop.abort();
      notifier.tell({ STOPPING: 1, STATUS: "stopping" });
    },
    close: async () => {
      stop.abort();
      const told = Promise.all([feeding, notifier.told()]);
      await within(clock, longestGoodbyeMs, new AbortController().signal, told);
    },
  };
};
