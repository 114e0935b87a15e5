import assert from "node:assert/strict";
import type { Scrape } from "./metrics.ts";

/** Labels of the series that is meant, `sensor` at least. */
export type Labels = Readonly<Record<string, string>>;

/** Fails unless the series is there and within the tolerance. */
export const expectNear = (
  scrape: Scrape,
  name: string,
  labels: Labels,
  { value, tolerance }: { readonly value: number; readonly tolerance: number },
): void => {
  const found = scrape.value(name, labels);
  assert.ok(found !== undefined, `${name} is missing`);
  // The exposition rounds to nine digits.
  const allowed = Math.max(tolerance, Math.abs(value) * 1e-8);
  assert.ok(Math.abs(found - value) <= allowed, `${name} is ${found}, not ${value}`);
};

/** Whether the latest poll of a sensor succeeded. */
export const isUp = (scrape: Scrape, sensor: string): boolean =>
  scrape.value("sensor_up", { sensor }) === 1;

/** Polls of a sensor that failed with that code so far. */
export const failures = (scrape: Scrape, sensor: string, code: string): number =>
  scrape.value("sensor_poll_failures_total", { sensor, code }) ?? 0;

/** Fails if a transfer went to the general call address, which all chips on the bus listen to. */
export const expectNoGeneralCall = (transfers: readonly string[]): void => {
  const calls = transfers.filter((transfer) => / [wr]00:/.test(transfer));
  assert.deepEqual(calls, []);
};
