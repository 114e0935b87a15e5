import { defineDialect } from "../dialect.ts";
import { createShellyDevices, reportedExpiresMs } from "../shelly/devices.ts";
import { createGen1Router } from "../shelly/gen1.ts";
import { routeGen2 } from "../shelly/gen2.ts";
import { levelsBelow } from "../topic.ts";

/** True for a prefix that is the name of a Gen2 device; others are roots with devices below, as all of Gen1 are. */
const isDevice = (prefix: string): boolean => prefix === "+" || prefix.endsWith("/+");

const subscriptionsOf = (prefix: string): readonly string[] =>
  isDevice(prefix)
    ? [`${prefix}/status/#`, `${prefix}/events/rpc`, `${prefix}/online`]
    : [`${prefix}/#`];

export const dialect = defineDialect({
  title: "Shelly, Gen1 and Gen2 to Gen4",
  source: "https://shelly-api-docs.shelly.cloud/",
  prefixes: ["shellies", "+", "+/+"],
  subscriptions: (prefixes) => prefixes.flatMap(subscriptionsOf),
  expiresMs: reportedExpiresMs,
  start: (context) => {
    const devices = createShellyDevices(context);
    const routeGen1 = createGen1Router(context, devices);
    const roots = context.prefixes.filter((prefix) => !isDevice(prefix));
    return {
      route: ({ levels, below }) => {
        if (below === undefined) return undefined;
        for (const root of roots) {
          const belowRoot = levelsBelow(root, levels);
          if (belowRoot === undefined) continue;
          const prefix = levels.slice(0, -belowRoot.length).join("/");
          // Below `shellies` there may be devices of both generations.
          return routeGen2(devices, levels) ?? routeGen1(prefix, belowRoot);
        }
        return routeGen2(devices, levels);
      },
    };
  },
});
