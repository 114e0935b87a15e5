import { declareCommand } from "../declaration.ts";
import { broker, configFile, login, webConfigFile } from "../flags.ts";

/** The command `targets`. */
export const targetsCommand = declareCommand({
  usage: "targets",
  description: "find exporters and hand them to Prometheus",
  flags: [
    ["--mdns", "look for them on the network, as _prometheus-http._tcp"],
    ["--mdns.interface <address...>", "look on the networks of these addresses alone; repeatable"],
    ["--mqtt", "look for announcements on the brokers of the configuration"],
    ["--list <file...>", "take those of a file; repeatable"],
    configFile,
    broker,
    ["--url <url>", "broker outside the configuration: mqtt://localhost:1883"],
    ...login,
    ["--topic <filter>", "topics of announcements (default: sensor-exporter/presence/#)"],
    ["--allow <host...>", "take no others from the network: 10.0.0.0/8, .lan, pi.lan; repeatable"],
    ["--limit <targets>", "hold no more (default: 10000)"],
    ["--keep <duration>", "keep those that have left for so long (default: not at all)"],
    ["--output <file>", "write them there for file_sd_configs, whenever they change"],
    ["--once", "write or print them once and exit"],
    ["--web.listen-address <address...>", "serve them on /targets for http_sd_configs; repeatable"],
    webConfigFile,
    ["--log.level <level>", "least important lines to log (default: info)"],
    ["--log.format <format>", "form of a line: logfmt or json (default: logfmt)"],
  ],
  load: async () => (await import("../targets.ts")).targets,
});
