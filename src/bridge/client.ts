import { randomBytes } from "node:crypto";
import type { ConnectionOptions } from "node:tls";
import type * as Mqtt from "mqtt";
import { boundStream } from "./client/bounded-stream.ts";
import type { OpenLink } from "./client/connection.ts";
import { problemOf, problemOfWebSocket } from "./client/failures.ts";
import { libraryOptions } from "./client/library-options.ts";
import type { Link, LinkEvents } from "./client/link.ts";
import { createPacketFilter } from "./client/packet-filter.ts";
import { connackRefusal, disconnectReason, publicationOf } from "./client/packets.ts";
import { type MqttProblem, mqttProblem } from "./client/problem.ts";
import {
  type MqttClient,
  type MqttClientOptions,
  superviseConnection,
} from "./client/supervisor.ts";
import { type OpenWebSocket, openTransport } from "./client/transport.ts";
import { writeNumbersWhenNeeded } from "./packet-numbers.ts";

export type { MqttState } from "./client/reports.ts";
export type { MqttClient } from "./client/supervisor.ts";

// A frame of WebSocket is held whole before it can be looked at. This much above what may be in it, the connection ends.
const frameBytes = 16_777_216;
const millisecondsPerSecond = 1000;
const markBytes = 16;
const clientIdDigits = 7;

const bytesOf = (payload: Uint8Array): Buffer =>
  Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);

/** The commands of a link in the words of the library. */
const commandsOf = (library: Mqtt.MqttClient): Omit<Link, "destroy"> => {
  const unanswered = new Set<(error: Error) => void>();
  library.on("close", () => {
    for (const reject of unanswered) reject(new Error("the connection ended"));
  });
  // The library answers some requests never, if the connection ends.
  const answered = <Answer>(
    ask: (resolve: (answer: Answer) => void, reject: (error: Error) => void) => void,
  ): Promise<Answer> => {
    let fail = (_error: Error): void => {};
    const answer = new Promise<Answer>((resolve, reject) => {
      fail = reject;
      unanswered.add(fail);
      ask(resolve, reject);
    });
    return answer.finally(() => unanswered.delete(fail));
  };
  return {
    publish: (topic, payload, { retain, qos }) =>
      answered<void>((resolve, reject) => {
        library.publish(topic, bytesOf(payload), { retain, qos }, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    subscribe: (filters, { qos, identifier }) =>
      answered<readonly number[]>((resolve, reject) => {
        const properties =
          identifier === undefined ? {} : { properties: { subscriptionIdentifier: identifier } };
        library.subscribe([...filters], { qos, ...properties }, (error, _granted, packet) => {
          // A refusal comes as an error that has the packet with it.
          if (packet !== undefined) resolve(packet.granted.map(Number));
          else reject(error ?? new Error("no answer"));
        });
      }),
    unsubscribe: (filters) =>
      answered<void>((resolve, reject) => {
        library.unsubscribe([...filters], (error) => (error ? reject(error) : resolve()));
      }),
    ping: () => library.sendPing(),
    end: () => {
      library.end();
    },
  };
};

/** Tells what happens in the library in our words; the first problem is the cause of all that follow. */
const relay = (
  library: Mqtt.MqttClient,
  events: LinkEvents,
  isVersion5: boolean,
): ((problem: MqttProblem) => void) => {
  let cause: MqttProblem | undefined;
  const blame = (problem: MqttProblem | undefined): void => {
    cause ??= problem;
  };
  library.on("error", (error) => {
    blame(problemOf(error));
    // After a malformed packet the library would go on with whatever comes next.
    library.stream.destroy();
  });
  library.on("packetreceive", (packet) => {
    if (packet.cmd === "connack") blame(connackRefusal(packet));
  });
  library.on("disconnect", (packet) => blame(disconnectReason(packet)));
  library.on("message", (topic, payload, packet) =>
    events.onPublication(publicationOf(topic, payload, packet)),
  );
  library.on("connect", ({ sessionPresent, properties }) =>
    events.onConnected({
      isSessionPresent: sessionPresent,
      // MQTT 5, section 3.2.2.3.12: available, unless it is said that they are not.
      hasSubscriptionIdentifiers:
        isVersion5 && properties?.subscriptionIdentifiersAvailable !== false,
      keepAliveMs: library.keepalive * millisecondsPerSecond,
    }),
  );
  library.once("close", () =>
    events.onEnded(cause ?? mqttProblem("closed", "The broker closed the connection.")),
  );
  return blame;
};

const webSocketOptions = (
  url: URL,
  tls: ConnectionOptions,
  maximumPayloadBytes: number,
): Mqtt.IClientOptions => ({
  protocol: url.protocol === "wss:" ? "wss" : "ws",
  hostname: url.hostname,
  ...(url.port === "" ? {} : { port: Number(url.port) }),
  path: `${url.pathname}${url.search}`,
  wsOptions: { ...tls, perMessageDeflate: false, maxPayload: frameBytes + maximumPayloadBytes },
});

interface Loaded {
  readonly MqttClient: typeof Mqtt.MqttClient;
  readonly incomingStore: Mqtt.IStore;
  readonly buildWebSocket: Mqtt.StreamBuilder;
  readonly clientId: string;
  readonly mark: Uint8Array;
}

/** Opens links by the library; the stream under it is our own. */
const linksBy =
  ({ MqttClient: Client, incomingStore, buildWebSocket, clientId, mark }: Loaded): OpenLink =>
  (config, material, events) => {
    const isVersion5 = config.protocolVersion === "5";
    const options = libraryOptions(config, material, clientId);
    const filter = createPacketFilter({
      maximumPayloadBytes: config.maximumPayloadBytes,
      hasProperties: isVersion5,
      mark,
    });
    const library = new Client(
      (client) => {
        const openWebSocket: OpenWebSocket = (url, tls) =>
          buildWebSocket(client, webSocketOptions(url, tls, config.maximumPayloadBytes));
        const socket = openTransport(config, material, openWebSocket);
        return boundStream(socket, { filter, onTraffic: events.onTraffic });
      },
      config.sessionExpiryMs === undefined ? options : { ...options, incomingStore },
    );
    const blame = relay(library, events, isVersion5);
    const explain = config.url.startsWith("ws") ? problemOfWebSocket : problemOf;
    library.stream.on("error", (error: unknown) => blame(explain(error)));
    return {
      ...commandsOf(library),
      destroy: (problem) => {
        blame(problem);
        library.stream.destroy();
      },
    };
  };

const isEqual = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, index) => byte === right[index]);

/** Keeps up a connection to a broker; resolves at once, whether the broker is there or not. */
export const startMqttClient = async (options: MqttClientOptions): Promise<MqttClient> => {
  const { MqttClient: Client, Store } = await import("mqtt");
  await writeNumbersWhenNeeded();
  const { streamBuilder } = await import("mqtt/lib/connect/ws");
  const digits = Math.floor(options.random() * 16 ** clientIdDigits);
  // 23 characters, which is what every broker has to accept (MQTT 3.1.1, section 3.1.3.1).
  const ownId = `sensor-exporter-${digits.toString(16).padStart(clientIdDigits, "0")}`;
  const mark = randomBytes(markBytes);
  const openLink = linksBy({
    MqttClient: Client,
    // Outlives a connection as sessions do: the first half of a publication with QoS 2 may have come by the one before.
    incomingStore: new Store({ clean: false }),
    buildWebSocket: streamBuilder,
    clientId: options.config.clientId ?? ownId,
    mark,
  });
  return superviseConnection({
    ...options,
    openLink,
    isCut: (payload) => isEqual(payload, mark),
  });
};
