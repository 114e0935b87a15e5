import { dirname, resolve } from "node:path";
import { z } from "zod";
import { refuse } from "../fields.ts";
import { say } from "../messages.ts";
import { explainReadFailure, type ReadFile } from "../read-file.ts";

/** The configuration file, from whose directory relative paths start, and how files are read. */
export interface Beside {
  readonly file: string;
  readonly readFile: ReadFile;
}

// The certificates of all public authorities together are a quarter of it.
const maximumBytes = 2 ** 20;

type Fault = ReturnType<typeof say>;

const readOrFault = async (
  path: string,
  readFile: ReadFile,
): Promise<{ readonly text: string } | { readonly fault: Fault }> => {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path, maximumBytes + 1);
  } catch (error) {
    return { fault: say("secret-file", ...explainReadFailure(error)) };
  }
  if (bytes.length > maximumBytes) {
    return { fault: say("secret-file-content", "is larger than 1 MiB", "check the path") };
  }
  return { text: new TextDecoder().decode(bytes) };
};

/** The path of a file that is read anew whenever it is needed, and must be readable now. */
const readableFile = ({ file, readFile }: Beside, faultOf: (text: string) => Fault | undefined) =>
  z
    .string()
    .min(1)
    .transform(async (path, context): Promise<string> => {
      const absolute = resolve(dirname(file), path);
      const read = await readOrFault(absolute, readFile);
      const fault = "fault" in read ? read.fault : faultOf(read.text);
      return fault === undefined ? absolute : refuse(context, fault, { isHidden: true });
    });

/** The path of a file with a password. */
export const passwordFile = (beside: Beside) =>
  readableFile(beside, (text) =>
    text.trim() === ""
      ? say("secret-file-content", "is empty", "write the secret into it")
      : undefined,
  );

/** The path of a file with certificates or a key. */
export const pemFile = (beside: Beside) =>
  readableFile(beside, (text) =>
    text.includes("-----BEGIN ")
      ? undefined
      : say("secret-file-content", "holds nothing in PEM form", "check the path"),
  );
