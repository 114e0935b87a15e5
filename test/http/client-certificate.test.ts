import { describe, expect, it } from "vitest";
import { alternativeNames, isAcceptable } from "../../src/http/client-certificate.ts";

describe("the names of a certificate", () => {
  // Forms as in https://nodejs.org/api/crypto.html#x509subjectaltname and its advisory CVE-2021-44532.
  it.each([
    { text: undefined, names: [] },
    { text: "DNS:a.lan", names: ["a.lan"] },
    {
      text: "DNS:a.lan, IP Address:127.0.0.1, URI:https://b/c, email:d@e",
      names: ["a.lan", "127.0.0.1", "https://b/c", "d@e"],
    },
    { text: "IP Address:FD00:0:0:0:0:0:0:2", names: ["fd00::2"] },
    { text: 'DNS:"a.lan\\u002c DNS:b.lan", DNS:c.lan', names: ["a.lan, DNS:b.lan", "c.lan"] },
    { text: 'DNS:"a.lan, DNS:b.lan"', names: ["a.lan, DNS:b.lan"] },
    { text: 'URI:"https://a.lan/\\"b"', names: ['https://a.lan/"b'] },
    { text: "othername:a.lan, DirName:CN=b.lan, DNS:c.lan", names: ["c.lan"] },
    { text: 'othername:"1.2.3:DNS:a.lan, DNS:b.lan", DNS:c.lan', names: ["c.lan"] },
  ])("are read from $text", ({ text, names }) => {
    expect(alternativeNames(text)).toEqual(names);
  });
});

describe("a connection without a certificate", () => {
  // Node.js calls it authorized if it resumes a session of TLS 1.3: VerifyPeerCertificate in src/crypto/crypto_common.cc.
  it.each(["RequireAnyClientCert", "RequireAndVerifyClientCert"] as const)(
    "is refused by %s even if Node.js calls it authorized",
    (clientAuth) => {
      const socket = { authorized: true, getPeerX509Certificate: () => undefined };
      expect(isAcceptable(socket, { clientAuth, clientAllowedSans: [] })).toBe(false);
    },
  );
});
