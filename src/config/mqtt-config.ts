import type { Secret } from "./secrets.ts";

/** Text that may stand in the configuration or in a file that is read anew for each connection. */
type SecretSource = { readonly secret: Secret } | { readonly file: string };

/** How a broker is reached by TLS; all files are PEM and are read anew for each connection. */
interface MqttTls {
  /** Certificates that are trusted instead of the system's. */
  readonly caFile?: string | undefined;
  readonly certificateFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Name that the broker's certificate must carry, where it is not the host of the URL. */
  readonly serverName?: string | undefined;
  readonly minimumVersion: "TLSv1.2" | "TLSv1.3";
}

/** A connection to a broker. */
export interface MqttConnectionConfig {
  /** Value of the `broker` label. */
  readonly name: string;
  /** mqtt, mqtts, ws or wss; without user and password. */
  readonly url: string;
  readonly protocolVersion: "3.1.1" | "5";
  readonly username?: string | undefined;
  readonly password?: SecretSource | undefined;
  /** Left out, the client makes one up for each start. */
  readonly clientId?: string | undefined;
  readonly keepAliveMs: number;
  /** How long the broker keeps subscriptions and messages while away; undefined for a clean session. */
  readonly sessionExpiryMs?: number | undefined;
  readonly tls: MqttTls;
  /** Topic of a retained `online` or `offline` of our own. */
  readonly statusTopic?: string | undefined;
  /** Retained while connected, and removed after that; not beside a status topic. */
  readonly announcement?: { readonly topic: string; readonly payload: string } | undefined;
  /** Larger payloads are dropped and counted. */
  readonly maximumPayloadBytes: number;
}
