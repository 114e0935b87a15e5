import { dirname, resolve } from "node:path";
import { z } from "zod";
import { refuse } from "../../config/fields.ts";
import { type Statement, say } from "../../config/messages.ts";
import { nearestWord } from "../../config/nearest.ts";
import type { ReadFile } from "../../config/read-file.ts";
import { readSecretsBeside, secret, secretFile, secretGivenOnce } from "../../config/secrets.ts";
import { errnoName } from "../../errors.ts";
import { contextOptions } from "../tls-context.ts";
import type { ClientAuth, TlsConfig } from "./config.ts";
import { belongsTo, certificates, certificatesFile, hasRoot, parseKey } from "./pem.ts";
import {
  cipherSuites,
  curves,
  opensslCiphers,
  opensslCurves,
  retiredTlsVersions,
  type TlsVersion,
  tlsVersions,
} from "./tls-names.ts";

const clientAuths = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const satisfies readonly ClientAuth[];

// The exporter toolkit takes an old name too.
const clientAuth = () =>
  z.preprocess(
    (value) => (value === "RequireClientCert" ? "RequireAnyClientCert" : value),
    z.enum(clientAuths),
  );

const versions = Object.keys(tlsVersions);
const isVersion = (value: unknown): value is TlsVersion =>
  typeof value === "string" && Object.hasOwn(tlsVersions, value);

const tlsVersion = () =>
  z.unknown().transform((value, context): TlsVersion => {
    if (isVersion(value)) return value;
    const word = String(value);
    if (retiredTlsVersions.includes(word)) return refuse(context, say("web-tls-retired", versions));
    return refuse(context, say("not-a-choice", versions, nearestWord(word, versions)));
  });

const cipherSuite = () =>
  z.unknown().transform((value, context): string => {
    const word = String(value);
    if (cipherSuites.includes(word)) return word;
    return refuse(context, say("web-cipher", nearestWord(word, cipherSuites)));
  });

const largestList = 100;

const fields = (file: string, readFile: ReadFile) => {
  const beside: ReadFile = (path, bytes) => readFile(resolve(dirname(file), path), bytes);
  return z
    .strictObject({
      cert_file: certificatesFile(beside).optional(),
      key_file: secretFile(readSecretsBeside(file, readFile)).optional(),
      cert: certificates().optional(),
      key: secret().optional(),
      client_auth_type: clientAuth().default("NoClientCert"),
      client_ca_file: certificatesFile(beside).optional(),
      client_ca: certificates().optional(),
      client_allowed_sans: z.array(z.string().min(1)).min(1).max(largestList).default([]),
      min_version: tlsVersion().prefault("TLS12"),
      max_version: tlsVersion().prefault("TLS13"),
      cipher_suites: z.array(cipherSuite()).max(largestList).default([]),
      prefer_server_cipher_suites: z.boolean().default(true),
      curve_preferences: z.array(z.enum(curves)).max(largestList).default([]),
    })
    .check(secretGivenOnce("cert"), secretGivenOnce("key"), secretGivenOnce("client_ca"));
};

type Fields = z.output<ReturnType<typeof fields>>;

type Fault = readonly [key: string, statement: Statement];

const clientFault = (given: Fields): Fault | undefined => {
  const auth = given.client_auth_type;
  const authorities = given.client_ca_file ?? given.client_ca;
  const hasCa = authorities !== undefined;
  const caKey = given.client_ca === undefined ? "client_ca_file" : "client_ca";
  if (hasCa && auth === "NoClientCert") return [caKey, say("web-client-ca-unused")];
  // tls.Server hands no allowPartialTrustChain on, at least up to Node.js 20.
  if (hasCa && !hasRoot(authorities)) return [caKey, say("web-client-ca-root")];
  // Go would fall back to the authorities of the system, and let in everybody who owns a domain.
  if (!hasCa && auth === "RequireAndVerifyClientCert") return [caKey, say("web-client-ca")];
  const isChecked = auth === "RequireAndVerifyClientCert" || given.client_allowed_sans.length === 0;
  return isChecked ? undefined : ["client_allowed_sans", say("web-sans-unverified")];
};

const toTls = (given: Fields): TlsConfig | Fault => {
  const certificate = given.cert_file ?? given.cert;
  const secretKey = given.key_file ?? given.key;
  const keyName = given.key === undefined ? "key_file" : "key";
  if (certificate === undefined) return ["cert_file", say("web-certificate")];
  if (secretKey === undefined) return [keyName, say("web-key")];
  const parsed = parseKey(secretKey.reveal());
  if ("fault" in parsed) return [keyName, parsed.fault];
  if (!belongsTo(parsed.key, certificate)) return [keyName, say("web-key-mismatch")];
  if (given.min_version > given.max_version) return ["min_version", say("web-tls-order")];
  return (
    clientFault(given) ?? {
      certificate,
      key: secretKey,
      clientAuth: given.client_auth_type,
      clientCa: given.client_ca_file ?? given.client_ca,
      clientAllowedSans: given.client_allowed_sans,
      minVersion: tlsVersions[given.min_version],
      maxVersion: tlsVersions[given.max_version],
      ciphers: opensslCiphers(given.cipher_suites),
      curves: opensslCurves(given.curve_preferences),
      prefersServerCiphers: given.prefer_server_cipher_suites,
    }
  );
};

const isFault = (value: TlsConfig | Fault): value is Fault => Array.isArray(value);

/** Tries it out, since OpenSSL has demands of its own, such as the size of a key. */
const tried = async (given: Fields): Promise<TlsConfig | Fault> => {
  const tls = toTls(given);
  if (isFault(tls)) return tls;
  const { createSecureContext } = await import("node:tls");
  try {
    createSecureContext(contextOptions(tls));
    return tls;
  } catch (error) {
    const key = given.cert === undefined ? "cert_file" : "cert";
    return [key, say("web-tls-refused", errnoName(error) ?? "no reason given")];
  }
};

/** The section `tls_server_config`, whose files are read and tried out. */
export const tlsServerConfig = (file: string, readFile: ReadFile) =>
  fields(file, readFile).transform(async (given, context): Promise<TlsConfig> => {
    const tls = await tried(given);
    if (!isFault(tls)) return tls;
    const [key, statement] = tls;
    context.addIssue({ code: "custom", path: [key], params: { statement, isHidden: true } });
    return z.NEVER;
  });
