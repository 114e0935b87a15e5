import { declareCommand } from "../declaration.ts";
import { broker, configFile } from "../flags.ts";

/** The command `explain`. */
export const explainCommand = declareCommand({
  usage: "explain",
  description: "say what MQTT messages become, and why",
  flags: [
    configFile,
    broker,
    ["--topic <topic>", "explain one message on that topic"],
    ["--payload <text>", "payload of that message"],
    ["--retain", "as if the broker had kept that message"],
    ["--file <recording>", "explain a recording, its messages in order; - for standard input"],
    ["--listen <duration>", "explain what the brokers deliver for so long: 30s"],
    ["--unmatched", "list the topics that nobody took, and nothing else"],
    ["--json", "print JSON, one object per message"],
  ],
  load: async () => (await import("../explain.ts")).explain,
});
