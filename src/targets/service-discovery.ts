import type { Target } from "./target.ts";

/** Media type that Prometheus demands of its HTTP service discovery. */
export const mediaType = "application/json";

/**
 * Targets in the format of Prometheus's file and HTTP service discovery, those with the same labels in one group.
 * https://prometheus.io/docs/prometheus/latest/http_sd/
 */
export const formatTargets = (targets: readonly Target[]): string => {
  const groups = new Map<string, { readonly targets: string[]; readonly labels: object }>();
  for (const { address, labels } of targets) {
    const key = JSON.stringify(Object.entries(labels).sort());
    const group = groups.get(key) ?? { targets: [], labels };
    groups.set(key, group);
    group.targets.push(address);
  }
  const lines = [...groups.values()].map((group) => JSON.stringify(group));
  return lines.length === 0 ? "[]\n" : `[\n${lines.join(",\n")}\n]\n`;
};
