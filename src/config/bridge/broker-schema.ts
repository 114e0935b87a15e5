import { isIP } from "node:net";
import { z } from "zod";
import type { BrokerConfig, BrokerUser } from "../broker-config.ts";
import { measure, refuse } from "../fields.ts";
import { say } from "../messages.ts";
import { hashFault } from "../password-hash.ts";
import { amount, nameText, topicFilter } from "./common-schema.ts";
import { type Beside, pemFile } from "./files.ts";
import { bridgeLimits } from "./limits-schema.ts";

const mostUsers = 1000;
const mostFilters = 100;
const mostAddresses = 16;
const highestPort = 65_535;
const usual = { clients: 100, retained: 10_000, subscriptions: 100, messages: 1000 } as const;

/** An address to listen on; without a host on all of them. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const addressForm = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]*)):)?(\d{1,5})$/u;

const parseAddress = (text: string): ListenAddress | undefined => {
  const [, ipv6, host = "", digits] = addressForm.exec(text) ?? [];
  const port = Number(digits);
  const isValid = port >= 0 && port <= highestPort && (ipv6 === undefined || isIP(ipv6) === 6);
  return isValid ? { host: ipv6 ?? host, port } : undefined;
};

/** True if only programs of this machine can reach it. */
export const isLoopback = ({ host }: ListenAddress): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

/** How an address is named in a message. */
export const addressText = ({ host, port }: ListenAddress): string => {
  if (host === "") return `port ${port} of all addresses`;
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
};

const address = z
  .string()
  .transform(
    (text, context): ListenAddress => parseAddress(text) ?? refuse(context, say("listen-address")),
  )
  .meta({ type: ["string", "integer"] });

const passwordHash = z
  .unknown()
  .transform((value, context): string => {
    const fault = hashFault(value);
    // What stands there may be the password itself.
    return fault === undefined ? String(value) : refuse(context, fault, { isHidden: true });
  })
  .meta({ type: "string", pattern: "^\\$2[aby]\\$" });

const filters = (description: string) =>
  z.array(topicFilter).max(mostFilters).default(["{user}/#"]).describe(description);

const user = z.strictObject({
  name: nameText.describe("Name to log in with."),
  password_hash: passwordHash.describe("bcrypt hash of the password, as for HTTP."),
  publish: filters("Filters of the topics it may publish to; `{user}` is its name."),
  subscribe: filters("Filters of the topics it may subscribe to."),
});

const tls = (beside: Beside) =>
  z.strictObject({
    certificate_file: pemFile(beside).describe("Certificate of the broker, PEM."),
    key_file: pemFile(beside).describe("Its private key, PEM."),
    client_ca_file: pemFile(beside)
      .optional()
      .describe("Authorities that sign clients' certificates, PEM."),
    require_client_certificate: z
      .boolean()
      .default(false)
      .describe("Refuse clients without a certificate that is verified; needs `client_ca_file`."),
  });

const limits = z.strictObject({
  ...bridgeLimits,
  clients: amount(usual.clients, "Clients at a time."),
  packet: measure("data_size", { minimum: "1KiB", maximum: "256MB" })
    .prefault("256KiB")
    .meta({ title: "size, such as `256KiB`" })
    .describe("Larger packets end their client's connection."),
  retained_messages: amount(usual.retained, "Retained messages that are kept."),
  subscriptions_per_client: amount(usual.subscriptions, "Subscriptions of one client."),
  messages_per_second_per_client: amount(
    usual.messages,
    "Messages a second of one client; it has to wait for those beyond.",
  ),
});

/** Keys of the embedded broker. */
export const brokerShape = (beside: Beside) => ({
  listen: z
    .union([address, z.array(address).min(1).max(mostAddresses)])
    .prefault("127.0.0.1:1883")
    .describe("Addresses to listen on: `127.0.0.1:1883`, `[::1]:1883`; `1883` alone for all.")
    .meta({ title: "address with port, or a list" }),
  name: nameText.default("embedded").describe("Value of the label `broker`."),
  users: z.array(user).max(mostUsers).default([]).describe("Who may connect, and to which topics."),
  allow_anonymous: z
    .boolean()
    .optional()
    .describe(
      "Let clients of this machine in without a password; true if there are no users. Refused on every address but loopback.",
    ),
  tls: tls(beside).optional().describe("Encryption, on every address."),
  limits: limits.prefault({}).describe("Caps on what clients and their messages can fill."),
});

const brokerSchema = (beside: Beside) => z.strictObject(brokerShape(beside));

type Broker = z.output<ReturnType<typeof brokerSchema>>;

const userConfig = ({
  name,
  password_hash: hash,
  publish,
  subscribe,
}: Broker["users"][number]): BrokerUser => ({ name, passwordHash: hash, publish, subscribe });

/** The broker as it is started. */
export const brokerConfig = (given: Broker): BrokerConfig => ({
  listen: [given.listen].flat(),
  tls: given.tls && {
    certificateFile: given.tls.certificate_file,
    keyFile: given.tls.key_file,
    caFile: given.tls.client_ca_file,
    requiresClientCertificate: given.tls.require_client_certificate,
  },
  users: given.users.map(userConfig),
  allowAnonymous: given.allow_anonymous ?? given.users.length === 0,
  limits: {
    clients: given.limits.clients,
    packetBytes: given.limits.packet,
    retainedMessages: given.limits.retained_messages,
    subscriptionsPerClient: given.limits.subscriptions_per_client,
    messagesPerSecondPerClient: given.limits.messages_per_second_per_client,
  },
});

/** Reads addresses that may be wrong, for checks across keys. */
export const addressesOf = (listen: unknown): readonly ListenAddress[] =>
  [listen ?? "127.0.0.1:1883"]
    .flat()
    .flatMap((text) => (typeof text === "string" ? (parseAddress(text) ?? []) : []));
