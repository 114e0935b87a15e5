import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasPeer } from "../peers.ts";

/** True if certificates can be made. */
export const hasOpenSsl = hasPeer(["openssl", "version"], "openssl");

const openssl = (directory: string, ...args: readonly string[]): void => {
  execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
};

const keyOptions = {
  ec: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
  rsa: ["-newkey", "rsa:2048"],
  "rsa-512": ["-newkey", "rsa:512"],
} as const;

/** Makes `<name>.pem` and `<name>.key` with OpenSSL: self-signed, or signed by `issuer` of the same directory. */
export const makeCertificate = (
  directory: string,
  name: string,
  {
    issuer,
    names = ["DNS:localhost", "IP:127.0.0.1"],
    isAuthority = false,
    usage,
    keys = "ec",
    days = 2,
  }: {
    readonly issuer?: string;
    /** As OpenSSL's configuration wants them, such as `DNS:localhost`. */
    readonly names?: readonly string[];
    readonly isAuthority?: boolean;
    readonly usage?: "clientAuth" | "serverAuth";
    readonly keys?: keyof typeof keyOptions;
    /** Until it ends. */
    readonly days?: number;
  } = {},
): void => {
  const alternatives = names.map((each, index) => {
    const [kind, ...rest] = each.split(":");
    return `${kind}.${index + 1} = ${rest.join(":")}`;
  });
  const extensions = [
    `basicConstraints = critical, CA:${isAuthority ? "TRUE" : "FALSE"}`,
    "subjectAltName = @names",
    ...(usage === undefined ? [] : [`extendedKeyUsage = ${usage}`]),
  ];
  const lines = ["[req]", "distinguished_name = dn", "[dn]", "[extensions]", ...extensions];
  writeFileSync(join(directory, `${name}.cnf`), [...lines, "[names]", ...alternatives].join("\n"));
  openssl(
    directory,
    ...["req", "-x509", "-new", "-nodes", "-days", `${days}`, "-subj", `/CN=${name}`],
    ...keyOptions[keys],
    ...["-keyout", `${name}.key`, "-out", `${name}.pem`],
    ...["-config", `${name}.cnf`, "-extensions", "extensions"],
    ...(issuer === undefined ? [] : ["-CA", `${issuer}.pem`, "-CAkey", `${issuer}.key`]),
  );
};

/** Makes `<name>.key` that needs a passphrase, from another key. */
export const encryptKey = (directory: string, from: string, name: string): void =>
  openssl(
    directory,
    ...["pkey", "-in", `${from}.key`, "-aes256", "-passout", "pass:secret"],
    ...["-out", `${name}.key`],
  );
