import type { Secret } from "../../config/secrets.ts";

/** What is asked of clients, by Go's names. https://pkg.go.dev/crypto/tls#ClientAuthType */
export type ClientAuth =
  | "NoClientCert"
  | "RequestClientCert"
  | "RequireAnyClientCert"
  | "VerifyClientCertIfGiven"
  | "RequireAndVerifyClientCert";

/** How connections are encrypted and who may make them; ready for Node.js, certificates as PEM. */
export interface TlsConfig {
  readonly certificate: string;
  readonly key: Secret;
  readonly clientAuth: ClientAuth;
  /** Undefined for the authorities that Node.js trusts. */
  readonly clientCa: string | undefined;
  /** One of these must be among the names of a client's certificate, unless the list is empty. */
  readonly clientAllowedSans: readonly string[];
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  readonly maxVersion: "TLSv1.2" | "TLSv1.3";
  readonly ciphers: string;
  readonly curves: string;
  readonly prefersServerCiphers: boolean;
}

/** Requests that are answered: `burst` at once, and one more after each interval. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** What `--web.config.file` says. */
export interface WebConfig {
  /** Undefined for plain HTTP. */
  readonly tls: TlsConfig | undefined;
  /** Headers that every answer gets. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bcrypt hashes by the names of the users; everybody is let in if there are none. */
  readonly users: ReadonlyMap<string, Secret>;
  /** Paths that are answered without a user, exactly as they are asked for. */
  readonly authExcludedPaths: ReadonlySet<string>;
  readonly rateLimit: RateLimit | undefined;
}
