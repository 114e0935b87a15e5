import { open } from "node:fs/promises";
import {
  type RecordedMessage,
  type RecordingHeader,
  readRecording,
} from "../../bridge/recording.ts";
import { explainReadFailure } from "../../config/read-file.ts";
import { StartError } from "../../errors.ts";
import type { System } from "../system.ts";

/** A recording that is read from a file. */
export interface RecordingFile {
  readonly messages: AsyncIterable<RecordedMessage>;
  /** What its first line said; known once the first message is. */
  readonly header: () => RecordingHeader | undefined;
  /** Lines that said nothing. */
  readonly badLines: () => number;
}

/** Bad lines that are named; a file that is no recording at all has no others. */
const maximumNamed = 10;

const openFile = async (path: string) => {
  try {
    const file = await open(path === "-" ? "/dev/stdin" : path, "r");
    if ((await file.stat()).isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    return file;
  } catch (cause) {
    const [reason, remedy] = explainReadFailure(cause);
    throw new StartError(`cannot read ${path}: ${reason}; ${remedy}`, { cause });
  }
};

/** Opens a recording; what is wrong with its lines is said on standard error as they are met. */
export const openRecording = async (
  { complain }: Pick<System, "complain">,
  path: string,
): Promise<RecordingFile> => {
  const file = await openFile(path);
  let header: RecordingHeader | undefined;
  let badLines = 0;

  const complainOf = (line: number, problem: string) => {
    badLines += 1;
    if (badLines <= maximumNamed) complain(`${path}:${line}: ${problem}\n`);
    if (badLines === maximumNamed) complain("further lines are only counted\n");
  };
  async function* messages(): AsyncGenerator<RecordedMessage> {
    for await (const entry of readRecording(file.createReadStream())) {
      if (entry.kind === "message") yield entry.message;
      else if (entry.kind === "header") header ??= entry.header;
      else complainOf(entry.line, entry.problem);
    }
  }
  return { messages: messages(), header: () => header, badLines: () => badLines };
};
