import type { EventEmitter } from "node:events";
import type { Aedes, AedesOptions } from "aedes";
import type { Clock } from "../clock.ts";
import type { BrokerConfig } from "../config/broker-config.ts";
import { errnoName, messageOf, StartError } from "../errors.ts";
import type { Close } from "../lifecycle.ts";
import type { Log } from "../log.ts";
import { createAdmission, loginReturnCodes } from "./broker/admission.ts";
import { createGate } from "./broker/gate.ts";
import { createInside, type Inside } from "./broker/inside.ts";
import { type Arrival, startListeners } from "./broker/listeners.ts";
import { createPolicy } from "./broker/policy.ts";
import { type BrokerRefusal, createRefusals } from "./broker/refusals.ts";
import { createRetained } from "./broker/retained.ts";
import { createSessions, type Sessions } from "./broker/sessions.ts";
import { createStore } from "./broker/store.ts";
import { readTlsFiles } from "./broker/tls-files.ts";
import { writeNumbersWhenNeeded } from "./packet-numbers.ts";

/**
 * The embedded broker. It speaks MQTT 3.1 and 3.1.1; a client of MQTT 5 is told so by the reason 0x84, since aedes
 * 1.2.0 takes the protocol levels 3 and 4 alone.
 */
export interface Broker extends Pick<Inside, "subscribe" | "publish"> {
  /** Where it listens, such as `mqtt://127.0.0.1:1883`. */
  readonly urls: readonly string[];
  /** In seconds since 1970; undefined without TLS. */
  readonly certificateExpirySeconds: number | undefined;
  readonly close: Close;
}

interface BrokerOptions {
  readonly config: BrokerConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: {
    readonly clients: (count: number) => void;
    readonly refused: (reason: BrokerRefusal) => void;
  };
}

interface AedesPackage {
  readonly Aedes: { readonly createBroker: (options: AedesOptions) => Promise<Aedes> };
}

// Connections that have not logged in, the oldest of which makes room.
const pendingMaximum = 32;

const packageOptions = {
  connectTimeout: 10_000,
  // A client that takes nothing, not even answers, for so long is disconnected.
  drainTimeout: 15_000,
  // Each publisher waits for its own messages, so nothing queues up; with a bound, a slow client would hold up all.
  concurrency: 0,
} as const;

/** The aedes package, loaded when a broker is configured; throws StartError where it is absent or broken. */
export const loadAedes = async (
  importPackage: () => Promise<AedesPackage> = () => import("aedes"),
): Promise<AedesPackage["Aedes"]> => {
  try {
    return (await importPackage()).Aedes;
  } catch (cause) {
    const isMissing = errnoName(cause) === "ERR_MODULE_NOT_FOUND";
    const why = isMissing ? "it is not installed" : messageOf(cause);
    throw new StartError(
      `the embedded broker needs the optional package aedes, which cannot be loaded: ${why}; run \`npm ci\`, or remove \`broker:\``,
      { cause },
    );
  }
};

type Policy = ReturnType<typeof createPolicy>;

const watch = (aedes: Aedes, policy: Policy, log: Log): void => {
  aedes.on("clientReady", (client) => policy.connected(client));
  aedes.on("unsubscribe", (filters, client) => policy.unsubscribed(client, filters));
  aedes.on("keepaliveTimeout", (client) => policy.fellSilent(client));
  aedes.on("clientError", (client, error) => policy.failed(client, error));
  aedes.on("connectionError", (client, error) => policy.failed(client, error));
  const emitter: EventEmitter = aedes;
  // Of its store, which is memory: a defect, but none that is worth the program.
  emitter.on("error", (error) => log.error("broker_failed", { error: messageOf(error) }));
};

const hooks = (policy: Policy): AedesOptions => ({
  preConnect: (client, packet, done) => {
    if (policy.mayConnect(client, packet)) done(null, true);
    else done(new Error("unsupported protocol version"), false);
  },
  authenticate: (client, username, password, done) => {
    policy.logIn(client, { clientId: client.id, username, password }).then(
      (reason) => {
        if (reason === undefined) return done(null, true);
        done(Object.assign(new Error(reason), { returnCode: loginReturnCodes[reason] }), false);
      },
      () => done(Object.assign(new Error("busy"), { returnCode: loginReturnCodes.busy }), false),
    );
  },
  authorizePublish: (client, packet, done) => {
    policy.publish(client, packet);
    done(null);
  },
  authorizeSubscribe: (client, subscription, done) =>
    // Null makes it the return code 0x80 of the SUBACK.
    done(null, policy.maySubscribe(client, subscription) ? subscription : null),
  authorizeForward: (client, packet) => {
    if (!policy.mayDeliver(client, packet)) return null;
    const qos = policy.deliveredQos(client, packet);
    return qos === packet.qos ? packet : { ...packet, qos };
  },
});

const closeAedes = (aedes: Aedes): Promise<void> =>
  new Promise((resolve) => {
    aedes.close(() => resolve());
  });

/** Takes a connection in, or cuts the oldest that has not logged in to make room for it. */
const createDoor =
  (
    aedes: Aedes,
    {
      config: { limits },
      clock,
      policy,
      sessions,
    }: BrokerOptions & { policy: Policy; sessions: Sessions },
  ) =>
  ({ socket, isLoopback }: Arrival): void => {
    const [oldest, ...younger] = sessions.pending();
    if (oldest !== undefined && younger.length + 1 >= pendingMaximum) {
      policy.refuse("connections", oldest);
      oldest.gate.destroy();
    }
    const gate = createGate(socket, {
      limits: {
        packetBytes: limits.packetBytes,
        messagesPerSecond: limits.messagesPerSecondPerClient,
      },
      clock,
      onRefusal: (reason) => policy.refuse(reason, sessions.of(gate.stream)),
    });
    const address = socket.remoteAddress ?? "";
    sessions.open(gate.stream, { address, isLoopback, begin: gate.open });
    aedes.handle(gate.stream);
  };

/** Starts the embedded broker; resolves once it listens everywhere, throws StartError if it cannot. */
export const startBroker = async (options: BrokerOptions): Promise<Broker> => {
  const { config, clock, log, counts } = options;
  const { limits } = config;
  const tls = config.tls === undefined ? undefined : await readTlsFiles(config.tls);
  const sessions = createSessions(counts.clients);
  const retained = createRetained(limits.retainedMessages);
  const refusals = createRefusals(log, counts.refused, clock);
  const admit = createAdmission(config, { clock, sessions });
  const policy = createPolicy({ sessions, retained, refusals, admit, limits });
  const Aedes = await loadAedes();
  await writeNumbersWhenNeeded();
  const aedes = await Aedes.createBroker({
    ...packageOptions,
    ...hooks(policy),
    persistence: createStore(retained),
  });
  watch(aedes, policy, log);
  const inside = createInside(aedes, retained, clock);
  const listeners = await startListeners({
    addresses: config.listen,
    tls: tls?.options,
    connections: limits.clients + 2 * pendingMaximum,
    onArrival: createDoor(aedes, { ...options, policy, sessions }),
    onDrop: (address) => refusals.refuse("connections", { address }),
    onHandshakeFailure: (address, error) =>
      refusals.refuse("tls", { address, error: error.message }),
    onError: (error) => refusals.refuse("connections", { address: "", error: error.message }),
  }).catch(async (error: unknown) => {
    await closeAedes(aedes);
    throw error;
  });
  log.info("broker_listening", { urls: listeners.urls.join(" ") });
  return {
    urls: listeners.urls,
    certificateExpirySeconds: tls?.certificateExpirySeconds,
    subscribe: inside.subscribe,
    publish: inside.publish,
    close: async () => {
      // The wills of those that are cut off now say nothing about them.
      inside.close();
      await listeners.close();
      await closeAedes(aedes);
    },
  };
};
