import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bridge, createBridge } from "../../src/bridge/bridge.ts";
import { listDialects } from "../../src/bridge/load-dialect.ts";
import { systemClock } from "../../src/clock.ts";
import type {
  DiscoverConfig,
  MqttBrokerConfig,
  RuleConfig,
} from "../../src/config/bridge-config.ts";
import type { Config } from "../../src/config/config.ts";
import { createLog } from "../../src/log.ts";
import { createStore, type Store } from "../../src/store.ts";
import {
  bytesOf,
  type CorpusEntry,
  corpus,
  dialectsFor,
  pairsRule,
  shortcomings,
} from "./corpus.ts";
import { hasMosquitto, type Mosquitto, startMosquitto } from "./mosquitto.ts";

const names = await listDialects();

const discoverFor = (entry: CorpusEntry): readonly DiscoverConfig[] =>
  dialectsFor(entry, names).map((dialect) => ({
    dialect,
    labels: {},
    allow: [],
    deny: [],
    rename: {},
    sleeping: [],
    maximumSeries: 1000,
  }));

// The last message of every entry: what came before it has been looked at when this one has.
const sentinel: RuleConfig = {
  name: "sentinel",
  topic: "sentinel/{sensor}",
  qos: 0,
  sensor: "{sensor}",
  labels: {},
  expiresMs: 60_000,
  ignoresRetained: false,
  sleeping: false,
  values: [{ quantity: "value", fan: [], absent: [], labels: {} }],
  allow: [],
  deny: [],
  maximumSeries: 10,
};

const limits = {
  series: 10_000,
  devices: 1000,
  topics: 10_000,
  messagesPerSecond: 100_000,
  queue: 10_000,
} as const;

const rest = {
  sensors: [],
  limits: { series: 10_000 },
  gpio: { backend: "auto" },
  simulation: { seed: 1, faults: [] },
} as const satisfies Omit<Config, "mqtt">;

const remote = (entry: CorpusEntry, url: string, protocolVersion: "3.1.1" | "5"): Config => {
  const broker: MqttBrokerConfig = {
    connection: {
      name: "corpus",
      url,
      protocolVersion,
      keepAliveMs: 60_000,
      tls: { minimumVersion: "TLSv1.2" },
      maximumPayloadBytes: 262_144,
    },
    discover: discoverFor(entry),
    rules: [sentinel, pairsRule],
    limits,
  };
  return { ...rest, mqtt: [broker] };
};

const embedded = (entry: CorpusEntry): Config => ({
  ...rest,
  mqtt: [],
  broker: {
    name: "corpus",
    listen: [{ host: "127.0.0.1", port: 0 }],
    users: [],
    allowAnonymous: true,
    limits: {
      clients: 10,
      packetBytes: 262_144,
      retainedMessages: 1000,
      subscriptionsPerClient: 100,
      messagesPerSecondPerClient: 100_000,
    },
    discover: discoverFor(entry),
    rules: [sentinel, pairsRule],
    bridgeLimits: limits,
  },
});

const readingsOf = (store: Store): Readonly<Record<string, number>> =>
  Object.fromEntries(
    store
      .render()
      .flatMap(({ samples }) => samples.trimEnd().split("\n"))
      .filter((line) => !/^sensor_(?:exporter_|info|last_reading)|sensor="sentinel/u.test(line))
      .map((line) => {
        const at = line.lastIndexOf(" ");
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );

const until = async (isTrue: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 1000 && !isTrue(); turn += 1) await sleep(5);
  expect(isTrue()).toBe(true);
};

const log = createLog({ level: "error", format: "logfmt", write: console.error, wallMs: Date.now });

const startBridge = async (config: Config): Promise<{ store: Store; bridge: Bridge }> => {
  const store = createStore({ clock: systemClock, maximumSeries: 10_000 });
  const bridge = createBridge({ store, clock: systemClock, log, random: Math.random });
  await bridge.apply(config);
  await until(() => bridge.brokers().every(({ isConnected }) => isConnected));
  return { store, bridge };
};

const send = async (client: MqttClient, messages: CorpusEntry["messages"]): Promise<void> => {
  for (const message of messages) {
    await client.publishAsync(message.topic, Buffer.from(bytesOf(message)), {
      retain: message.retain,
    });
  }
};

let count = 0;

/** Waits until all that was sent so far has been looked at, and what that has subscribed is in force. */
const settled = async (client: MqttClient, store: Store): Promise<void> => {
  for (let time = 0; time < 2; time += 1) {
    count += 1;
    const name = `sentinel ${count}`;
    const isSeen = () => store.render().some(({ samples }) => samples.includes(`"${name}"`));
    for (let turn = 0; turn < 100 && !isSeen(); turn += 1) {
      // Again, since the first one may come before there is a subscription.
      if (turn % 10 === 0) await client.publishAsync(`sentinel/${name}`, "1");
      await sleep(2);
    }
    expect(isSeen()).toBe(true);
  }
};

/** Sends messages in order; after an announcement, a device would not speak before it could be heard. */
const sendAll = async (
  client: MqttClient,
  store: Store,
  messages: CorpusEntry["messages"],
): Promise<void> => {
  await settled(client, store);
  for (const message of messages) {
    await send(client, [message]);
    if (message.retain) await settled(client, store);
  }
  await settled(client, store);
};

const forget = async (client: MqttClient, messages: CorpusEntry["messages"]): Promise<void> => {
  for (const { topic } of messages) await client.publishAsync(topic, "", { retain: true });
};

// A client may not publish there: they are in the test of the corpus without a broker.
const publishable = corpus.filter(({ messages }) =>
  messages.every(({ topic }) => !topic.startsWith("$")),
);

it("leaves out of the corpus only the broker's own topics", () => {
  const left = corpus.filter((entry) => !publishable.includes(entry));
  expect(new Set(left.map(({ family }) => family))).toEqual(new Set(["mosquitto_sys"]));
});

describe.skipIf(!hasMosquitto)("the corpus through Mosquitto", () => {
  let mosquitto: Mosquitto;
  let client: MqttClient;
  beforeAll(async () => {
    mosquitto = await startMosquitto();
    client = await connectAsync(mosquitto.url);
  });
  afterAll(async () => {
    await client.endAsync();
    await mosquitto.stop();
  });

  for (const version of ["3.1.1", "5"] as const) {
    it.each(publishable)(`is met with MQTT ${version}: $id`, async (entry) => {
      const { store, bridge } = await startBridge(remote(entry, mosquitto.url, version));
      await sendAll(client, store, entry.messages);
      const found = shortcomings(entry, readingsOf(store));
      await bridge.close();
      await forget(client, entry.messages);
      expect(found).toEqual([]);
    });
  }

  // What the broker had kept arrives after the connection, in an order that nobody promises.
  it.each(publishable)("is met when what is retained was there first: $id", async (entry) => {
    await send(
      client,
      entry.messages.filter(({ retain }) => retain),
    );
    const { store, bridge } = await startBridge(remote(entry, mosquitto.url, "5"));
    await sendAll(
      client,
      store,
      entry.messages.filter(({ retain }) => !retain),
    );
    const found = shortcomings(entry, readingsOf(store));
    await bridge.close();
    await forget(client, entry.messages);
    expect(found).toEqual([]);
  });
});

describe("the corpus through the embedded broker", () => {
  it.each(publishable)("is met: $id", async (entry) => {
    const { store, bridge } = await startBridge(embedded(entry));
    const [broker] = bridge.brokers();
    const client = await connectAsync(broker?.at ?? "");
    await sendAll(client, store, entry.messages);
    const found = shortcomings(entry, readingsOf(store));
    await client.endAsync();
    await bridge.close();
    expect(found).toEqual([]);
  });
});
