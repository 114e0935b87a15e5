import type { Flag } from "./declaration.ts";

/** Which configuration, for every command. */
export const configFile: Flag = [
  "--config.file <path>",
  "configuration; else ~/.config/sensor-exporter/config.yaml, then /etc/sensor-exporter/config.yaml",
];

/** How HTTP is served. */
export const webConfigFile: Flag = [
  "--web.config.file <path>",
  "TLS, users and limits of HTTP: docs/web-configuration.md",
];

/** No hardware. */
export const simulate: Flag = ["--simulate", "run on simulated buses instead of hardware"];

/** One of several brokers. */
export const broker: Flag = ["--broker <name>", "broker of the configuration"];

/** Who the command is to the broker. */
export const login: readonly Flag[] = [
  ["--username <name>", "user at the broker, instead of that of the configuration"],
  ["--password.file <path>", "file that holds the password"],
];
