import type { Clock } from "../clock.ts";
import type { Registry } from "./registry.ts";
import { formatTargets } from "./service-discovery.ts";

/** The targets as Prometheus gets them at the moment. */
export interface RenderedTargets {
  readonly text: string;
  readonly count: number;
  /** Monotonic clock at the latest change. */
  readonly changedMs: number;
}

/** Renders the targets, anew only when they may have changed. */
export const createRendering = (
  registry: Registry,
  clock: Pick<Clock, "nowMs">,
): (() => RenderedTargets) => {
  let version: number | undefined;
  let rendered: RenderedTargets = { text: "", count: 0, changedMs: clock.nowMs() };
  return () => {
    if (registry.version() === version) return rendered;
    version = registry.version();
    const targets = registry.targets();
    const text = formatTargets(targets);
    if (text !== rendered.text) {
      rendered = { text, count: targets.length, changedMs: clock.nowMs() };
    }
    return rendered;
  };
};
