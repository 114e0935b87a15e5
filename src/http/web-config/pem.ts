import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { z } from "zod";
import { refuse } from "../../config/fields.ts";
import { say } from "../../config/messages.ts";
import { explainReadFailure, type ReadFile } from "../../config/read-file.ts";

// The certificates of all public authorities together are a quarter of it.
const maximumBytes = 2 ** 20;

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const isCertificate = (block: string): boolean => {
  try {
    return new X509Certificate(block).raw.length > 0;
  } catch {
    return false;
  }
};

/** The certificates of a text and nothing else of it, such as a key; undefined if there is none, or one is damaged. */
const certificatesIn = (text: string): string | undefined => {
  const blocks = text.match(certificateBlock) ?? [];
  return blocks.length > 0 && blocks.every(isCertificate) ? blocks.join("\n") : undefined;
};

/** True if one of these certificates is signed by itself. */
export const hasRoot = (chain: string): boolean =>
  (chain.match(certificateBlock) ?? [])
    .map((block) => new X509Certificate(block))
    .some((certificate) => certificate.checkIssued(certificate));

/** Certificates written into the file. Never shown: a key could be there by mistake. */
export const certificates = () =>
  z.unknown().transform((value, context): string => {
    const found = typeof value === "string" ? certificatesIn(value) : undefined;
    return found ?? refuse(context, say("web-certificate"), { isHidden: true });
  });

/** The path of a file of certificates, of at most 1 MiB. */
export const certificatesFile = (readFile: ReadFile) =>
  z
    .string()
    .min(1)
    .transform(async (path, context): Promise<string> => {
      const refuseHidden = (statement: ReturnType<typeof say>) =>
        refuse(context, statement, { isHidden: true });
      let bytes: Uint8Array;
      try {
        bytes = await readFile(path, maximumBytes + 1);
      } catch (error) {
        return refuseHidden(say("secret-file", ...explainReadFailure(error)));
      }
      if (bytes.length > maximumBytes) {
        return refuseHidden(say("secret-file-content", "is larger than 1 MiB", "check the path"));
      }
      const found = certificatesIn(new TextDecoder().decode(bytes));
      return (
        found ??
        refuseHidden(
          say("secret-file-content", "holds no certificate in PEM form", "check the path"),
        )
      );
    });

// PKCS #8, and the older form of OpenSSL.
const encryptedMark = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

/** A private key in PEM form, or what is wrong with it. */
export const parseKey = (
  text: string,
): { readonly key: KeyObject } | { readonly fault: ReturnType<typeof say> } => {
  try {
    return { key: createPrivateKey({ key: text, format: "pem" }) };
  } catch {
    return { fault: say(encryptedMark.test(text) ? "web-key-encrypted" : "web-key") };
  }
};

/** True if the key was made with the first of the certificates, the server's own. */
export const belongsTo = (key: KeyObject, chain: string): boolean =>
  new X509Certificate(chain).checkPrivateKey(key);
