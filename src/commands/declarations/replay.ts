import { declareCommand } from "../declaration.ts";
import { broker, configFile, login } from "../flags.ts";

/** The command `replay`. */
export const replayCommand = declareCommand({
  usage: "replay <recording>",
  description: "publish recorded MQTT messages",
  flags: [
    configFile,
    broker,
    ["--url <url>", "broker outside the configuration: mqtt://localhost:1883"],
    ["--speed <factor>", "times as fast as recorded, or max (default: 1)"],
    ["--retain", "let the broker keep what it had kept when it was recorded"],
    ...login,
  ],
  load: async () => (await import("../replay.ts")).replay,
});
