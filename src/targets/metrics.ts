import { type HealthFamily, health } from "../health.ts";
import type { Labels } from "../reading.ts";
import type { Series, Store } from "../store.ts";
import type { Registry } from "./registry.ts";
import type { RenderedTargets } from "./rendering.ts";

/** Shows in metrics what sources know; returns what tells how a file was written. */
export const showTargets = (
  store: Store,
  registry: Registry,
  rendered: () => RenderedTargets,
): ((isSuccess: boolean) => void) => {
  const opened = new Map<string, Series | undefined>();
  const show = (family: HealthFamily, value: number, labels: Labels = {}): void => {
    const key = JSON.stringify([family.name, labels]);
    if (!opened.has(key)) opened.set(key, store.open(family, labels));
    opened.get(key)?.hold(value);
  };
  const change = store.open(health.targetsChange, {});
  store.beforeReading(() => {
    change?.stamp(rendered().changedMs);
    for (const { name: source, isUp, targets, refused } of registry.sources()) {
      show(health.targets, targets, { source });
      show(health.targetsSourceUp, isUp ? 1 : 0, { source });
      for (const [reason, count] of refused) show(health.targetsRefused, count, { source, reason });
    }
  });
  return (isSuccess) => show(health.targetsWriteSuccessful, isSuccess ? 1 : 0);
};
