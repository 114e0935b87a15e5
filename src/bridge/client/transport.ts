import { connect as connectTcp, isIP } from "node:net";
import type { Duplex } from "node:stream";
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
} from "node:tls";
import type { MqttConnectionConfig } from "../../config/mqtt-config.ts";
import { messageOf } from "../../errors.ts";
import type { Material } from "./material.ts";
import { MqttFault, mqttProblem } from "./problem.ts";

/** Opens a WebSocket to a URL; options are those of TLS. */
export type OpenWebSocket = (url: URL, options: ConnectionOptions) => Duplex;

const defaultPorts: Readonly<Record<string, number>> = {
  "mqtt:": 1883,
  "mqtts:": 8883,
  "ws:": 80,
  "wss:": 443,
};

/** Makes a secure context only to see whether the files are of any use: what OpenSSL says names the fault. */
const checkFiles = (options: ConnectionOptions): void => {
  try {
    createSecureContext(options);
  } catch (cause) {
    throw new MqttFault(
      mqttProblem(
        "tls",
        `The TLS files cannot be used: ${messageOf(cause)}.`,
        "Check that CA, certificate and key are PEM, not encrypted, and belong together.",
      ),
      { cause },
    );
  }
};

/** What TLS needs to know, without undefined keys. */
const tlsOptions = (
  host: string,
  { tls }: MqttConnectionConfig,
  { ca, certificate, key }: Material,
): ConnectionOptions => {
  const name = tls.serverName ?? host;
  const options: ConnectionOptions = {
    minVersion: tls.minimumVersion,
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
    // RFC 6066, section 3: an address is no server name.
    ...(isIP(name) === 0 ? { servername: name } : { servername: "" }),
    checkServerIdentity: (_host, peer) => checkServerIdentity(name, peer),
  };
  checkFiles(options);
  return options;
};

/** Opens the byte stream under MQTT; throws an MqttFault where the files of TLS are of no use. */
export const openTransport = (
  config: MqttConnectionConfig,
  material: Material,
  openWebSocket: OpenWebSocket,
): Duplex => {
  const url = new URL(config.url);
  const host = url.hostname.replace(/^\[(.*)\]$/u, "$1");
  const port = url.port === "" ? (defaultPorts[url.protocol] ?? 1883) : Number(url.port);
  switch (url.protocol) {
    case "mqtts:":
      return connectTls({ host, port, ...tlsOptions(host, config, material) });
    case "ws:":
      return openWebSocket(url, {});
    case "wss:":
      return openWebSocket(url, tlsOptions(host, config, material));
    default:
      return connectTcp({ host, port, noDelay: true });
  }
};
