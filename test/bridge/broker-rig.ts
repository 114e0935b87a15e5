import { EventEmitter, once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import type { BrokerRefusal } from "../../src/bridge/broker/refusals.ts";
import { type Broker, startBroker } from "../../src/bridge/broker.ts";
import type { Message } from "../../src/bridge/message.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import type { BrokerConfig } from "../../src/config/broker-config.ts";
import { createLog } from "../../src/log.ts";

const closers: (() => Promise<unknown>)[] = [];

/** Closes what the tests have started, newest first. */
export const closeAll = async (): Promise<void> => {
  for (const close of closers.splice(0).reverse()) await close();
};

/** Test vectors of crypt_blowfish, https://www.openwall.com/crypt/: the passwords are U*U and U*U*U. */
export const hashes = {
  alice: "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
  bob: "$2y$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a",
} as const;

export const passwords = { alice: "U*U", bob: "U*U*U" } as const;

const limits: BrokerConfig["limits"] = {
  clients: 20,
  packetBytes: 65_536,
  retainedMessages: 1_000,
  subscriptionsPerClient: 50,
  messagesPerSecondPerClient: 10_000,
};

/** A configuration of two users that may use what is below their names; anonymous clients may connect. */
export const brokerConfig = ({
  limits: changed,
  ...rest
}: Partial<Omit<BrokerConfig, "limits">> & {
  readonly limits?: Partial<BrokerConfig["limits"]>;
} = {}): BrokerConfig => ({
  listen: [{ host: "127.0.0.1", port: 0 }],
  users: Object.entries(hashes).map(([name, passwordHash]) => ({
    name,
    passwordHash,
    publish: ["{user}/#"],
    subscribe: ["{user}/#"],
  })),
  allowAnonymous: true,
  ...rest,
  limits: { ...limits, ...changed },
});

export interface Rig {
  readonly broker: Broker;
  readonly url: string;
  readonly port: number;
  readonly lines: readonly string[];
  readonly refused: readonly BrokerRefusal[];
  readonly clientCounts: readonly number[];
  /** What the program itself was given, as text. */
  readonly messages: readonly Pick<Message, "topic" | "isRetained">[];
  /** Resolves once `condition` holds; looks again whenever something happens. */
  readonly until: (condition: () => boolean) => Promise<void>;
}

/** A broker of that configuration, with everything that it says of itself. */
export const startRig = async (config: BrokerConfig, clock: Clock = systemClock): Promise<Rig> => {
  const lines: string[] = [];
  const refused: BrokerRefusal[] = [];
  const clientCounts: number[] = [];
  const messages: (Omit<Message, "payload"> & { readonly text: string })[] = [];
  const happened = new EventEmitter();
  happened.setMaxListeners(100);
  const noting =
    <Value>(list: Value[]) =>
    (value: Value) => {
      list.push(value);
      happened.emit("something");
    };
  const broker = await startBroker({
    config,
    clock,
    log: createLog({
      level: "debug",
      format: "logfmt",
      write: noting(lines),
      wallMs: systemClock.wallMs,
    }),
    counts: { clients: noting(clientCounts), refused: noting(refused) },
  });
  closers.push(broker.close);
  const note = noting(messages);
  broker.subscribe(({ payload, ...rest }) =>
    note({ ...rest, text: new TextDecoder().decode(payload) }),
  );
  const until = async (condition: () => boolean) => {
    while (!condition()) await once(happened, "something");
  };
  const url = broker.urls[0] ?? "";
  const port = Number(new URL(url).port);
  return { broker, url, port, lines, refused, clientCounts, messages, until };
};

/** A client that has connected, and does not come back if it is cut. */
export const connectTo = async (
  { url }: Pick<Rig, "url">,
  options: IClientOptions = {},
): Promise<MqttClient> => {
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...options }, false);
  client.on("error", () => {});
  closers.push(() => client.endAsync(true));
  return client;
};

/** A client logged in as one of the users. */
export const connectAs = (rig: Pick<Rig, "url">, user: keyof typeof hashes, options = {}) =>
  connectTo(rig, { username: user, password: passwords[user], ...options });

/** A connection without anything that speaks MQTT, and all that comes back on it, in hexadecimal digits. */
export const rawConnection = async ({ port }: Pick<Rig, "port">) => {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  const happened = new EventEmitter();
  const all = () => Buffer.concat(chunks);
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    happened.emit("received");
  });
  socket.on("error", () => {});
  await once(socket, "connect");
  closers.push(async () => socket.destroy());
  const untilReceived = async (length: number): Promise<void> => {
    while (all().length < length) await once(happened, "received");
  };
  return { socket, received: () => all().toString("hex"), untilReceived };
};

/** The port that a server of node:net has bound. */
export const portOf = (address: AddressInfo | string | null): number =>
  typeof address === "object" && address !== null ? address.port : 0;

/** The messages that a client gets from now on. */
export const collect = (client: MqttClient) => {
  const messages: { topic: string; text: string; isRetained: boolean }[] = [];
  const happened = new EventEmitter();
  client.on("message", (topic, payload, { retain }) => {
    messages.push({ topic, text: payload.toString(), isRetained: retain === true });
    happened.emit("message");
  });
  const until = async (count: number) => {
    while (messages.length < count) await once(happened, "message");
    return messages;
  };
  return { messages, until };
};
