import { constants } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, type TlsOptions } from "node:tls";
import { expirySeconds } from "../../certificate-expiry.ts";
import type { BrokerConfig } from "../../config/broker-config.ts";
import { messageOf, StartError } from "../../errors.ts";

const handshakeTimeoutMs = 10_000;

const read = async (what: string, file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new StartError(
      `the broker cannot read its ${what} ${file}: ${messageOf(cause)}; check the path and who may read it`,
      { cause },
    );
  }
};

/** What the broker's handshakes are made with, from the configured files; throws StartError if they do not fit. */
export const readTlsFiles = async (
  tls: NonNullable<BrokerConfig["tls"]>,
): Promise<{
  readonly options: TlsOptions;
  readonly certificateExpirySeconds: number | undefined;
}> => {
  if (tls.requiresClientCertificate && tls.caFile === undefined) {
    throw new StartError(
      "the broker requires client certificates, but has no authority to verify them; set ca_file",
    );
  }
  const context = {
    cert: await read("certificate", tls.certificateFile),
    key: await read("key", tls.keyFile),
    ...(tls.caFile === undefined ? {} : { ca: await read("authority", tls.caFile) }),
    minVersion: "TLSv1.2",
    // A client could have the costly half of a handshake done again and again.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  } as const;
  try {
    createSecureContext(context);
  } catch (cause) {
    throw new StartError(
      `the broker cannot use ${tls.certificateFile} with ${tls.keyFile}: ${messageOf(cause)}`,
      { cause },
    );
  }
  return {
    options: {
      ...context,
      requestCert: tls.requiresClientCertificate,
      rejectUnauthorized: tls.requiresClientCertificate,
      handshakeTimeout: handshakeTimeoutMs,
    },
    certificateExpirySeconds: expirySeconds(context.cert),
  };
};
