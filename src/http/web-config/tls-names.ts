/** The names that Go gives to protocol versions, and those of Node.js. */
export const tlsVersions = { TLS12: "TLSv1.2", TLS13: "TLSv1.3" } as const;

/** Versions that the format knows and nobody may use any more (RFC 8996). */
export const retiredTlsVersions: readonly string[] = ["TLS10", "TLS11"];

/** A version that can be configured. */
export type TlsVersion = keyof typeof tlsVersions;

/**
 * Cipher suites up to TLS 1.2 that Go calls secure, by their IANA names, with those of OpenSSL; the best come first,
 * as in Go. https://pkg.go.dev/crypto/tls#CipherSuites, https://docs.openssl.org/3.0/man1/openssl-ciphers/
 */
const tls12Ciphers = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: "ECDHE-ECDSA-AES128-GCM-SHA256",
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: "ECDHE-RSA-AES128-GCM-SHA256",
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: "ECDHE-ECDSA-AES256-GCM-SHA384",
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: "ECDHE-RSA-AES256-GCM-SHA384",
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-ECDSA-CHACHA20-POLY1305",
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-RSA-CHACHA20-POLY1305",
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: "ECDHE-ECDSA-AES128-SHA",
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: "ECDHE-RSA-AES128-SHA",
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: "ECDHE-ECDSA-AES256-SHA",
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: "ECDHE-RSA-AES256-SHA",
} as const;

// Go: "TLS 1.3 ciphersuites are not configurable". All of them are on, whatever the list has.
const tls13Ciphers = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
] as const;

const openSslNames: ReadonlyMap<string, string> = new Map(Object.entries(tls12Ciphers));

/** Every cipher suite that may be listed. */
export const cipherSuites: readonly string[] = [...openSslNames.keys(), ...tls13Ciphers];

/** OpenSSL's list for these suites, or for all of them if none is given; those of TLS 1.3 are always in it. */
export const opensslCiphers = (suites: readonly string[]): string => {
  const chosen = suites.length === 0 ? cipherSuites : suites;
  const names = chosen.map((suite) => openSslNames.get(suite)).filter((name) => name !== undefined);
  return [...tls13Ciphers, ...names].join(":");
};

const curveNames: ReadonlyMap<string, string> = new Map([
  ["CurveP256", "prime256v1"],
  ["CurveP384", "secp384r1"],
  ["CurveP521", "secp521r1"],
  ["X25519", "X25519"],
]);

/** Every curve that may be listed. */
export const curves: readonly string[] = [...curveNames.keys()];

/** OpenSSL's list for these curves, best first; `auto` lets it choose. */
export const opensslCurves = (names: readonly string[]): string =>
  names.length === 0 ? "auto" : names.map((name) => curveNames.get(name)).join(":");
