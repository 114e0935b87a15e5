import { errnoName, messageOf } from "../../errors.ts";
import { MqttFault, type MqttProblem, type MqttProblemCode, mqttProblem } from "./problem.ts";

const systemFailures: Readonly<Record<string, readonly [MqttProblemCode, words: string]>> = {
  ECONNREFUSED: ["unreachable", "nothing listens on this port"],
  EHOSTUNREACH: ["unreachable", "there is no way to the host"],
  EHOSTDOWN: ["unreachable", "the host does not answer"],
  ENETUNREACH: ["unreachable", "there is no way to the network"],
  ENOTFOUND: ["unreachable", "no address is known for the host"],
  EAI_AGAIN: ["unreachable", "the name server does not answer"],
  ETIMEDOUT: ["timeout", "the host does not answer"],
  ECONNRESET: ["closed", "the broker closed the connection"],
  ECONNABORTED: ["closed", "the connection was cut"],
  EPIPE: ["closed", "the broker closed the connection"],
};

const caRemedy = "Set `tls.ca_file` to the certificate of the authority that signed the broker's.";
const clientCertificateRemedy =
  "Set `tls.certificate_file` and `tls.key_file` to what the broker asks for.";

// Codes of OpenSSL's verification, and of Node.js (https://nodejs.org/api/tls.html#x509-certificate-error-codes).
const tlsRemedies: Readonly<Record<string, string | undefined>> = {
  CERT_HAS_EXPIRED: "Renew the broker's certificate, or set this machine's clock right.",
  CERT_NOT_YET_VALID: "Set this machine's clock right.",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "Use a host that the broker's certificate names, or set `tls.server_name` to one.",
  DEPTH_ZERO_SELF_SIGNED_CERT: "Set `tls.ca_file` to the broker's certificate.",
  SELF_SIGNED_CERT_IN_CHAIN: caRemedy,
  UNABLE_TO_GET_ISSUER_CERT: caRemedy,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: caRemedy,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: caRemedy,
  CERT_SIGNATURE_FAILURE: caRemedy,
  CERT_REVOKED: undefined,
  CERT_UNTRUSTED: caRemedy,
  INVALID_CA: caRemedy,
  INVALID_PURPOSE: undefined,
  EPROTO:
    "Check that the port speaks TLS, `tls.minimum_version`, and whether the broker asks for a certificate.",
  ERR_SSL_WRONG_VERSION_NUMBER: "Check the port: what answers there does not speak TLS.",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: clientCertificateRemedy,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: clientCertificateRemedy,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: clientCertificateRemedy,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "Lower `tls.minimum_version`, or renew the broker.",
};

// In an error of the socket OpenSSL's line is whole, with a thread's number that differs from run to run.
const sslLine = /:SSL routines:[^:]*:([^:]+)/u;

const tlsWords = (error: unknown): string => {
  const message = messageOf(error);
  return sslLine.exec(message)?.[1] ?? message;
};

const isTlsCode = (code: string): boolean =>
  code in tlsRemedies || code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_");

/** What a failed socket, handshake or parser means. */
export const problemOf = (error: unknown): MqttProblem => {
  if (error instanceof MqttFault) return error.problem;
  const code = errnoName(error) ?? "";
  const failure = systemFailures[code];
  if (failure !== undefined) {
    return mqttProblem(failure[0], `The connection failed: ${failure[1]} (${code}).`);
  }
  if (isTlsCode(code)) {
    return mqttProblem("tls", `TLS failed: ${tlsWords(error)} (${code}).`, tlsRemedies[code]);
  }
  return mqttProblem("protocol", `The connection failed: ${messageOf(error)}.`);
};

// The package `ws` gives codes to errors of frames, and none to a handshake that went wrong.
const isOfWebSocket = (error: unknown): boolean => {
  const code = errnoName(error);
  return !(error instanceof MqttFault) && (code === undefined || code.startsWith("WS_ERR_"));
};

/** What a failed stream means, where the bytes of MQTT go over a WebSocket. */
export const problemOfWebSocket = (error: unknown): MqttProblem =>
  isOfWebSocket(error)
    ? mqttProblem("websocket", `The WebSocket failed: ${messageOf(error)}.`)
    : problemOf(error);
