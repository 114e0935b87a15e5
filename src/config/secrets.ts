import { dirname, resolve } from "node:path";
import { z } from "zod";
import { refuse } from "./fields.ts";
import { say } from "./messages.ts";
import { explainReadFailure, type ReadFile } from "./read-file.ts";

/** Text that is never shown: however it is printed, it reads `[secret]`. */
export interface Secret {
  /** The text itself, for the one place that needs it. */
  readonly reveal: () => string;
}

const mask = "[secret]";
const inspection = Symbol.for("nodejs.util.inspect.custom");

/** Hides text from logs, JSON, templates and `util.inspect`. */
export const createSecret = (text: string): Secret =>
  Object.freeze({
    reveal: () => text,
    toString: () => mask,
    toJSON: () => mask,
    [inspection]: () => mask,
  });

const isSecret = (value: unknown): value is Secret =>
  typeof value === "object" && value !== null && "reveal" in value && "toJSON" in value;

/** A replacer for JSON.stringify that tells two secrets apart; what it makes is compared, and never shown. */
export function revealing(this: unknown, key: string, value: unknown): unknown {
  const given = typeof this === "object" && this !== null ? Reflect.get(this, key) : value;
  return isSecret(given) ? given.reveal() : value;
}

/** A secret written into the file, or taken from the environment by `${NAME}`. */
export const secret = () =>
  z
    .unknown()
    .transform((value, context) =>
      typeof value === "string" && value !== ""
        ? createSecret(value)
        : refuse(context, say("secret-form"), { isHidden: true }),
    )
    .meta({ type: "string", minLength: 1 });

const maximumBytes = 65_536;

/** Reads the file of a secret; a relative path starts at the directory of the configuration file. */
export type ReadSecret = (path: string) => Promise<Uint8Array>;

/** Reads files of secrets beside the configuration file, no further than their limit. */
export const readSecretsBeside =
  (file: string, readFile: ReadFile): ReadSecret =>
  (path) =>
    readFile(resolve(dirname(file), path), maximumBytes + 1);

/** The path of a file that holds a secret of at most 64 KiB; line ends after it do not count. */
export const secretFile = (readSecret: ReadSecret) =>
  z
    .string()
    .min(1)
    .transform(async (path, context) => {
      const content = await readContent(path, readSecret);
      return "text" in content
        ? createSecret(content.text)
        : refuse(context, content.fault, { isHidden: true });
    });

type Content = { readonly text: string } | { readonly fault: ReturnType<typeof say> };

const readContent = async (path: string, readSecret: ReadSecret): Promise<Content> => {
  let bytes: Uint8Array;
  try {
    bytes = await readSecret(path);
  } catch (error) {
    return { fault: say("secret-file", ...explainReadFailure(error)) };
  }
  if (bytes.length > maximumBytes) {
    return { fault: say("secret-file-content", "is larger than 64 KiB", "check the path") };
  }
  const text = new TextDecoder().decode(bytes).replace(/[\r\n]+$/, "");
  return text === ""
    ? { fault: say("secret-file-content", "is empty", "write the secret into it") }
    : { text };
};

/**
 * Refuses an object that has both `key` and `key_file`. A schema declares `key: secret().optional()` and
 * `key_file: secretFile(…).optional()`, is checked with this, and uses whichever of the two is there.
 */
export const secretGivenOnce = (key: string) => {
  const isGivenOnce = (value: unknown): boolean =>
    typeof value !== "object" || value === null || !(key in value && `${key}_file` in value);
  return z.refine(isGivenOnce, {
    path: [`${key}_file`],
    params: { statement: say("secret-twice", key), isHidden: true },
    // Also where something else is wrong, so that all is said at once.
    when: () => true,
  });
};
