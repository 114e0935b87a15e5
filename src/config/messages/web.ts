import { joined, list, meant, type Templates } from "./words.ts";

const example = `htpasswd -nBC 10 "" | tr -d ':\\n' prints one`;

/** Messages about the file of `--web.config.file`. */
export const webMessages = {
  "web-not-a-mapping": (keys: readonly string[]) => ({
    problem: `the file must be a mapping of ${list(keys)}`,
    remedy: "see docs/web-configuration.md",
  }),
  "web-certificate": () => ({ problem: "must be the certificate, or certificates, in PEM form" }),
  "web-key": () => ({ problem: "must be the private key of the certificate in PEM form" }),
  "web-key-encrypted": () => ({
    problem: "is encrypted, and nobody is there to type its passphrase",
    remedy: "decrypt it with openssl pkey, and let only the user of the service read it",
  }),
  "web-key-mismatch": () => ({
    problem: "does not belong to the certificate",
    remedy: "give the key that the certificate was made for",
  }),
  "web-tls-refused": (code: string) => ({
    problem: `OpenSSL refuses this certificate and key (${code})`,
    remedy: "make new ones, with ECDSA P-256 or RSA of 2048 bits or more",
  }),
  "web-tls-retired": (versions: readonly string[]) => ({
    problem: `must be one of ${list(versions)}`,
    remedy: "RFC 8996 forbids TLS 1.0 and 1.1, which are broken",
  }),
  "web-tls-order": () => ({ problem: "must not be above max_version" }),
  "web-cipher": (nearest: string | undefined) => ({
    problem: "must be the name of a cipher suite that Go calls secure",
    remedy: joined(meant(nearest), "see docs/web-configuration.md"),
  }),
  "web-client-ca": () => ({
    problem: "must be the certificates of the authorities that sign clients' certificates",
  }),
  "web-client-ca-root": () => ({
    problem: "holds no root authority, and without its root an intermediate one verifies nobody",
    remedy: "append the root's certificate, and narrow it down with client_allowed_sans",
  }),
  "web-client-ca-unused": () => ({
    problem: "has no effect, as no client is asked for a certificate",
    remedy: "set client_auth_type: RequireAndVerifyClientCert, or remove it",
  }),
  "web-sans-unverified": () => ({
    problem: "proves nothing unless every client must have a certificate that is verified",
    remedy: "set client_auth_type: RequireAndVerifyClientCert, or remove it",
  }),
  "web-users-form": () => ({
    problem: "must be a mapping from names of users to bcrypt hashes, at least one",
    remedy: "write name: hash; remove it to let everybody in",
  }),
  "web-users-too-many": (limit: number, count: number) => ({
    problem: `must be at most ${limit} users; are ${count}`,
    remedy: "use client certificates, or a reverse proxy",
  }),
  "web-user-name": (limit: number) => ({
    problem: `a user's name must be 1 to ${limit} characters, none of them a colon or a control character, and no hash`,
    remedy: "write name: hash, with a blank after the colon",
  }),
  "web-hash-form": () => ({
    problem: "must be a bcrypt hash: 60 characters that begin with $2y$, $2b$ or $2a$",
    remedy: example,
  }),
  "web-hash-cost": (cost: number, least: number, most: number) => ({
    problem: `the hash has a cost of ${cost}; it must be ${least} to ${most}: bcrypt knows no less, and more keeps a board busy for many seconds with each check`,
    remedy: example,
  }),
  "web-excluded-path": () => ({
    problem: "must be a path such as /-/healthy, exactly as it is asked for: no query, no pattern",
  }),
  "web-excluded-reload": () => ({
    problem: "must not be excluded, or anybody could have the configuration loaded",
    remedy: "remove it; `systemctl reload` needs no password",
  }),
  "web-excluded-unused": () => ({
    problem: "has no effect, as there are no users: everything is open to everybody",
    remedy: "add basic_auth_users, or remove it",
  }),
  "web-header-value": () => ({ problem: "must be one line of printable characters" }),
  "web-burst": () => ({
    problem: "must be a whole number of 1 or more, or every request is refused",
    remedy: "remove rate_limit for no limit",
  }),
} satisfies Templates;
