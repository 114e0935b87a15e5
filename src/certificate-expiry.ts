import { X509Certificate } from "node:crypto";

const millisecondsPerSecond = 1000;

/** When the first certificate of a PEM text ends, in seconds since 1970; undefined if it holds none. */
export const expirySeconds = (pem: string | Uint8Array): number | undefined => {
  try {
    // "Jan  2 15:04:05 2034 GMT", as OpenSSL prints it.
    return Date.parse(new X509Certificate(pem).validTo) / millisecondsPerSecond;
  } catch {
    return undefined;
  }
};
