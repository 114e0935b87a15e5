/** A flag as the command line declares it, and what its help says. */
type Flag = readonly [flag: string, description: string];

/** A command whose flags need no more than to be declared. */
export interface Declaration {
  /** Its name and its arguments. */
  readonly usage: string;
  readonly description: string;
  readonly flags: readonly Flag[];
}

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

const broker: Flag = ["--broker <name>", "broker of the configuration"];
const login: readonly Flag[] = [
  ["--username <name>", "user at the broker, instead of that of the configuration"],
  ["--password.file <path>", "file that holds the password"],
];

/** The command `check`. */
export const checkCommand: Declaration = {
  usage: "check",
  description: "check the configuration and show what would run",
  flags: [configFile, webConfigFile, ["--json", "print JSON"]],
};

/** The command `read`. */
export const readCommand: Declaration = {
  usage: "read [sensor...]",
  description: "read each sensor once, or those that are named, and show its values",
  flags: [
    configFile,
    simulate,
    ["--watch", "read again at each sensor's interval until interrupted"],
    ["--json", "print JSON, one object per reading"],
  ],
};

/** The command `explain`. */
export const explainCommand: Declaration = {
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
};

/** The command `record`. */
export const recordCommand: Declaration = {
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
};

/** The command `replay`. */
export const replayCommand: Declaration = {
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
};
