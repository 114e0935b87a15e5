import type { FaultConfig } from "../../src/config/config.ts";

/** The faults that were ordered, as they stand at a moment. */
export interface FaultSchedule {
  /** The fault that a sensor has now; the one listed first if there are several. */
  readonly of: (sensor: string) => FaultConfig["fault"] | undefined;
}

const isActive = (
  { afterMs, forMs = Infinity, everyMs }: FaultConfig,
  elapsedMs: number,
): boolean => {
  const sinceMs = elapsedMs - afterMs;
  if (sinceMs < 0) return false;
  return (everyMs === undefined ? sinceMs : sinceMs % everyMs) < forMs;
};

/** Plays faults by the time that has passed since `startedMs` on the monotonic clock. */
export const createFaultSchedule = (
  faults: readonly FaultConfig[],
  { nowMs, startedMs }: { readonly nowMs: () => number; readonly startedMs: number },
): FaultSchedule => ({
  of: (sensor) =>
    faults.find((fault) => fault.sensor === sensor && isActive(fault, nowMs() - startedMs))?.fault,
});
