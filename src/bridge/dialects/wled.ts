import { defineDialect } from "../dialect.ts";
import { everythingBelow, ignored, onlineOrOffline, reading } from "../plans.ts";

// Published on a change; whether the lamp is there is told by its last will.
const expiresMs = 604_800_000;

/** WLED lamps: brightness, and whether they are there. */
export const dialect = defineDialect({
  title: "WLED",
  source: "https://kno.wled.ge/interfaces/mqtt/",
  prefixes: ["wled"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => ({
    route: ({ below, prefix }) => {
      const [name = "", key = "", ...more] = below ?? [];
      if (prefix === undefined || key === "" || more.length > 0) return undefined;
      const device = () => context.device({ id: `${prefix}/${name}`, name });
      if (key === "status") return onlineOrOffline((presence) => device().gate.set(presence));
      // 0 to 255: https://kno.wled.ge/interfaces/mqtt/, topic g.
      if (key === "g") return reading(device(), { quantity: "brightnessRatio", scale: 1 / 255 });
      return /^(?:c|v|api|col)$/u.test(key) ? ignored("a color, or the state as XML") : undefined;
    },
  }),
});
