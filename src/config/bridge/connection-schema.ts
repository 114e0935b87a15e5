import { z } from "zod";
import { duration, refuse } from "../fields.ts";
import { say } from "../messages.ts";
import type { MqttConnectionConfig } from "../mqtt-config.ts";
import { dayMs } from "../schema.ts";
import { secret } from "../secrets.ts";
import { nameText, ownTopic } from "./common-schema.ts";
import { type Beside, passwordFile, pemFile } from "./files.ts";
import { bridgeLimits, payloadSize } from "./limits-schema.ts";

const longestText = 1024;
const longestHost = 253;
const longestSessionDays = 365;
const longestKeepAliveHours = 18;
const hourMs = 3_600_000;

const ports: ReadonlyMap<string, number> = new Map([
  ["mqtt:", 1883],
  ["mqtts:", 8883],
  ["ws:", 80],
  ["wss:", 443],
]);

/** The URL of a broker; undefined if it is none. */
export const parseBrokerUrl = (text: string): URL | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !ports.has(url.protocol) || url.hostname === "" || url.hash !== "") {
    return undefined;
  }
  const isPlain = ["", "/"].includes(url.pathname) && url.search === "";
  return isPlain || url.protocol.startsWith("ws") ? url : undefined;
};

const url = z
  .string()
  .max(longestText)
  .superRefine((text, context) => {
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    // It might hold a password, so it is not shown.
    if (parsed !== undefined && parsed.username + parsed.password !== "") {
      refuse(context, say("mqtt-url-login"), { isHidden: true });
    } else if (parseBrokerUrl(text) === undefined) {
      refuse(context, say("mqtt-url"), { isHidden: text.includes("@") });
    }
  })
  .meta({ pattern: "^(mqtts?|wss?)://[^@]+$" });

/** Keys of a connection to a broker. */
export const connectionShape = (beside: Beside) => ({
  url: url.describe("Where the broker is: mqtt, mqtts, ws or wss."),
  name: nameText
    .optional()
    .describe("Value of the label `broker`; host and port of the URL if left out."),
  // Every broker speaks 3.1.1, the embedded one nothing else, and readings are the same with both.
  protocol: z
    .enum(["3.1.1", "5"])
    .meta({ title: "`3.1.1` or `5`", type: ["string", "number"], enum: ["3.1.1", "5", 5] })
    .default("3.1.1")
    .describe("Version of MQTT; every broker speaks 3.1.1. 5 gives better reasons for refusals."),
  username: z.string().min(1).max(longestText).optional().describe("User to log in as."),
  password: secret().optional().describe("Password of the user, best from a variable."),
  password_file: passwordFile(beside)
    .optional()
    .describe("File with the password instead, read again for each connection."),
  client_id: z
    .string()
    .min(1)
    .max(longestText)
    .optional()
    .describe("Name of the client at the broker; a new one for each start if left out."),
  keep_alive: duration({ minimumMs: 1000, maximumMs: longestKeepAliveHours * hourMs })
    .prefault("60s")
    .describe("Longest silence before the connection is tested."),
  session_expiry: duration({ minimumMs: 1000, maximumMs: longestSessionDays * dayMs })
    .optional()
    .describe(
      "How long the broker keeps subscriptions and messages of QoS 1 and 2 while the exporter is away; needs `client_id`. With MQTT 3.1.1 the broker itself decides how long.",
    ),
  ca_file: pemFile(beside)
    .optional()
    .describe("Certificates that are trusted instead of the system's, PEM."),
  certificate_file: pemFile(beside).optional().describe("Certificate to log in with, PEM."),
  key_file: pemFile(beside).optional().describe("Its private key, PEM."),
  server_name: z
    .string()
    .min(1)
    .max(longestHost)
    .optional()
    .describe("Name that the broker's certificate carries, where it is not the host of the URL."),
  min_version: z
    .enum(["1.2", "1.3"])
    .meta({ title: "`1.2` or `1.3`", type: ["string", "number"], enum: ["1.2", "1.3", 1.2, 1.3] })
    .optional()
    .describe("Oldest TLS that is spoken; 1.2 if left out."),
  status_topic: ownTopic
    .optional()
    .describe("Topic of a retained `online` or `offline` of the exporter's own."),
});

/** Caps of a broker elsewhere. */
export const remoteLimits = z.strictObject({
  ...bridgeLimits,
  payload: payloadSize.describe("Larger payloads are dropped and counted."),
});

const connectionSchema = (beside: Beside) => z.strictObject(connectionShape(beside));

type Connection = z.output<ReturnType<typeof connectionSchema>>;

/** Host and port of a URL, by which a broker without a name is called. */
export const usualName = (text: string): string => {
  const parsed = parseBrokerUrl(text);
  if (parsed === undefined) return text;
  const port = parsed.port === "" ? (ports.get(parsed.protocol) ?? "") : parsed.port;
  return `${parsed.hostname}:${port}`;
};

const passwordOf = ({ password, password_file: file }: Connection) => {
  if (password !== undefined) return { secret: password };
  return file === undefined ? undefined : { file };
};

/** The connection as the client wants it. */
export const connectionConfig = (
  given: Connection,
  maximumPayloadBytes: number,
): MqttConnectionConfig => ({
  name: given.name ?? usualName(given.url),
  url: given.url,
  protocolVersion: given.protocol,
  username: given.username,
  password: passwordOf(given),
  clientId: given.client_id,
  keepAliveMs: given.keep_alive,
  sessionExpiryMs: given.session_expiry,
  tls: {
    caFile: given.ca_file,
    certificateFile: given.certificate_file,
    keyFile: given.key_file,
    serverName: given.server_name,
    minimumVersion: given.min_version === "1.3" ? "TLSv1.3" : "TLSv1.2",
  },
  statusTopic: given.status_topic,
  maximumPayloadBytes,
});
