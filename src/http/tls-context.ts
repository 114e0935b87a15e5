import { constants } from "node:crypto";
import type { SecureContextOptions } from "node:tls";
import type { TlsConfig } from "./web-config/config.ts";

/** What a handshake is made with, for node:tls. */
export const contextOptions = (tls: TlsConfig): SecureContextOptions => ({
  cert: tls.certificate,
  key: tls.key.reveal(),
  ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa }),
  minVersion: tls.minVersion,
  maxVersion: tls.maxVersion,
  ciphers: tls.ciphers,
  ecdhCurve: tls.curves,
  // A client could have the costly half of a handshake done again and again; nobody needs it since TLS 1.3.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  honorCipherOrder: tls.prefersServerCiphers,
});
