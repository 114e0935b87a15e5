import { isIPv6, SocketAddress } from "node:net";
import type { TLSSocket } from "node:tls";
import type { ClientAuth, TlsConfig } from "./web-config/config.ts";

/** What node:tls has to be told; the rest is `isAcceptable`'s. */
export const certificateRequest = (
  auth: ClientAuth,
): { readonly requestCert: boolean; readonly rejectUnauthorized: boolean } => ({
  requestCert: auth !== "NoClientCert",
  rejectUnauthorized: auth === "RequireAndVerifyClientCert",
});

// One name as Node.js writes it; one with a comma, a quote or the like in it is a JSON string.
const alternativeName = /(?:^|, )(DNS|IP Address|URI|email|[^:,"]+):("(?:[^"\\]|\\.)*"|[^,]*)/gy;
const namesThatCount: readonly string[] = ["DNS", "IP Address", "URI", "email"];

const plainName = (text: string): string => {
  const name: unknown = text.startsWith('"') ? JSON.parse(text) : text;
  return String(name);
};

// An address has many spellings, and OpenSSL's is not the one that people write.
const canonical = (name: string): string =>
  isIPv6(name) ? new SocketAddress({ address: name, family: "ipv6" }).address : name;

/** The names in a certificate's subjectAltName: hosts, addresses, URIs and e-mail addresses. */
export const alternativeNames = (subjectAltName: string | undefined): readonly string[] =>
  [...(subjectAltName ?? "").matchAll(alternativeName)]
    .filter(([, kind = ""]) => namesThatCount.includes(kind))
    .map(([, , text = ""]) => canonical(plainName(text)));

/** True if a connection, its handshake done, may be served as far as the client's certificate goes. */
export const isAcceptable = (
  socket: Pick<TLSSocket, "authorized" | "getPeerX509Certificate">,
  { clientAuth, clientAllowedSans }: Pick<TlsConfig, "clientAuth" | "clientAllowedSans">,
): boolean => {
  // Asked for by itself: after a resumed TLS 1.3 session Node.js calls a client without any certificate authorized.
  const certificate = socket.getPeerX509Certificate();
  const hasCertificate = certificate !== undefined;
  switch (clientAuth) {
    case "NoClientCert":
    case "RequestClientCert":
      return true;
    case "RequireAnyClientCert":
      return hasCertificate;
    case "VerifyClientCertIfGiven":
      return !hasCertificate || socket.authorized;
    case "RequireAndVerifyClientCert": {
      const allowed = clientAllowedSans.map(canonical);
      const names = alternativeNames(certificate?.subjectAltName);
      const isNamed = allowed.length === 0 || names.some((name) => allowed.includes(name));
      return hasCertificate && socket.authorized && isNamed;
    }
  }
};
