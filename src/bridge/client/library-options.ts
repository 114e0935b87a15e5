import type { MqttConnectionConfig } from "../../config/mqtt-config.ts";
import type { Material } from "./material.ts";
import { presenceOf } from "./presence.ts";

const millisecondsPerSecond = 1000;
const maximumKeepAliveSeconds = 65_535;
const maximumSessionExpirySeconds = 0xffff_ffff;
// Time is kept by our own clock; the library's only has to be later.
const neverMs = 2 ** 31 - 1;
// Publications with QoS 2 are held until their second half comes; Mosquitto itself sends no more than 20 at a time.
const receiveMaximum = 100;
const noTimer = { set: () => 0, clear: () => {} };

/** Options of mqtt.js: one connection, whose time and subscriptions are ours. */
export const libraryOptions = (
  config: MqttConnectionConfig,
  { password }: Material,
  clientId: string,
) => {
  const { protocolVersion, keepAliveMs, sessionExpiryMs, username } = config;
  const presence = presenceOf(config);
  const keepAliveSeconds = Math.ceil(keepAliveMs / millisecondsPerSecond);
  const sessionSeconds = Math.ceil((sessionExpiryMs ?? 0) / millisecondsPerSecond);
  return {
    protocolVersion: protocolVersion === "5" ? (5 as const) : (4 as const),
    clientId,
    clean: sessionExpiryMs === undefined,
    keepalive: Math.min(keepAliveSeconds, maximumKeepAliveSeconds),
    reconnectPeriod: 0,
    connectTimeout: neverMs,
    resubscribe: false,
    timerVariant: noTimer,
    log: () => {},
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(presence === undefined
      ? {}
      : {
          will: {
            topic: presence.topic,
            payload: Buffer.from(presence.gone),
            qos: 1 as const,
            retain: true,
          },
        }),
    ...(protocolVersion === "5"
      ? {
          properties: {
            receiveMaximum,
            // Zero ends the session with the connection.
            sessionExpiryInterval: Math.min(sessionSeconds, maximumSessionExpirySeconds),
          },
        }
      : {}),
  };
};
