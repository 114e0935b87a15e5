import { listDialects, loadDialect } from "../../src/bridge/load-dialect.ts";
import { formatDuration } from "../../src/config/durations.ts";
import { cell, code, page, table } from "./markdown.ts";

const prefixesText = (prefixes: readonly string[]): string =>
  prefixes.length === 0 ? "any" : prefixes.map(code).join(", ");

/** A link to where the payloads are described, and which page or file of it. */
const described = (title: string, source: string): string => {
  const [, url, where] = /^(https?:[^\s,]+)(?:, (.+))?$/u.exec(source) ?? [];
  if (url === undefined) return title;
  return where === undefined ? `[${title}](${url})` : `[${title}](${url}) (${where})`;
};

/** docs/dialects.md: every dialect with what it subscribes and how long its readings hold. */
export const renderDialects = async (): Promise<string> => {
  const names = await listDialects();
  const rows = await Promise.all(
    names.map(async (name) => {
      const { title, source, prefixes, expiresMs } = await loadDialect(name);
      return [
        code(name),
        cell(described(title, source)),
        prefixesText(prefixes),
        formatDuration(expiresMs),
      ];
    }),
  );
  const filters = await Promise.all(
    names.map(async (name) => {
      const { prefixes, subscriptions } = await loadDialect(name);
      return [code(name), subscriptions(prefixes).map(code).join(" ")];
    }),
  );
  return page("MQTT dialects", "src/bridge/dialects", [
    "A dialect is how one family of devices publishes. [mqtt.md](mqtt.md) says how to choose among them; a broker" +
      " without `discover` and `subscriptions` has all of them but `generic` and `sys-topics`.",
    "A reading holds as long as the device says (`expire_after`, a reporting period), else as long as the last column" +
      " says. `discover: [{ dialect: NAME, expires: 10m }]` sets another time.",
    table(["Dialect", "Devices", "Topics below (`prefix`)", "Readings hold"], rows),
    "## Subscriptions",
    "What is subscribed with the default prefixes; announcements of devices add to it.",
    table(["Dialect", "Filters"], filters),
  ]);
};
