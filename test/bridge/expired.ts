import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate } from "../http/certificates.ts";

/** Makes `<name>.pem` and `<name>.key`, signed by `issuer` and valid for a day of the year 2020. */
export const expire = (directory: string, name: string, issuer: string): void => {
  makeCertificate(directory, name, { issuer });
  // `openssl req` knows no dates in the past; `openssl ca` does, and wants a place for its books.
  const books = join(directory, `${name}-books`);
  mkdirSync(books);
  writeFileSync(join(books, "index"), "");
  const configuration = [
    "[ca]",
    "default_ca = own",
    "[own]",
    `database = ${books}/index`,
    `new_certs_dir = ${books}`,
    "rand_serial = yes",
    "default_md = sha256",
    "policy = any",
    "x509_extensions = extensions",
    "[any]",
    "commonName = supplied",
    "[extensions]",
    "subjectAltName = DNS:localhost, IP:127.0.0.1",
    "[req]",
    "distinguished_name = dn",
    "[dn]",
  ];
  writeFileSync(join(books, "cnf"), configuration.join("\n"));
  const openssl = (...args: readonly string[]) =>
    execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
  openssl(
    ...["req", "-new", "-key", `${name}.key`, "-subj", `/CN=${name}`],
    ...["-config", join(books, "cnf"), "-out", `${name}.csr`],
  );
  openssl(
    ...["ca", "-batch", "-notext", "-config", join(books, "cnf"), "-in", `${name}.csr`],
    ...["-cert", `${issuer}.pem`, "-keyfile", `${issuer}.key`, "-out", `${name}.pem`],
    ...["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"],
  );
};
