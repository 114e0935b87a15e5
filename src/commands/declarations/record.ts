import { declareCommand } from "../declaration.ts";
import { broker, configFile, login } from "../flags.ts";

/** The command `record`. */
export const recordCommand = declareCommand({
  usage: "record",
  description: "write MQTT messages to a file",
  flags: [
    configFile,
    broker,
    ["--topic <filter...>", "record these topics besides: '#' for all; repeatable"],
    ["--for <duration>", "stop after so long (default: when interrupted)"],
    ["--limit <messages>", "stop after so many messages"],
    ["--output <file>", "write there instead of to standard output"],
    ...login,
  ],
  load: async () => (await import("../record.ts")).record,
});
