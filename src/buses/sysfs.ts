import { open, readdir, realpath, writeFile } from "node:fs/promises";
import { type ErrorCode, errnoName, SensorError } from "../errors.ts";

/** The few file operations that sysfs needs; a simulation stands in for them. */
export interface SysfsFiles {
  readonly readFile: (path: string) => Promise<string>;
  readonly writeFile: (path: string, text: string) => Promise<void>;
  readonly readDirectory: (path: string) => Promise<readonly string[]>;
  readonly realPath: (path: string) => Promise<string>;
}

/** Attribute files of the kernel. Paths are relative to the root (/sys). */
export interface Sysfs {
  /** Trimmed text; empty text is `no-data`, a missing file `device-missing`, EIO and kin `bus-error`. */
  readonly readText: (path: string) => Promise<string>;
  /** A finite number that is the whole text; anything else is `no-data`. */
  readonly readNumber: (path: string) => Promise<number>;
  /** Trimmed text, or undefined if there is no such attribute; empty text is returned as it is. */
  readonly readOptional: (path: string) => Promise<string | undefined>;
  /** Names in a directory, sorted; empty if it does not exist. */
  readonly list: (path: string) => Promise<readonly string[]>;
  /** Absolute path with links resolved, relative to the root. */
  readonly resolve: (path: string) => Promise<string>;
}

// Documentation/filesystems/sysfs.rst: an attribute is at most one page, and no board has pages above 64 KiB.
const longestAttributeBytes = 65_536;

const readBounded = async (path: string): Promise<string> => {
  const file = await open(path, "r");
  try {
    const bytes = new Uint8Array(longestAttributeBytes + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
      if (bytesRead === 0) return new TextDecoder().decode(bytes.subarray(0, length));
      length += bytesRead;
    }
  } finally {
    await file.close();
  }
  throw new SensorError("no-data", `${path} is longer than ${longestAttributeBytes} bytes`);
};

/** The machine's own files. A file that is longer than any attribute can be is refused, not read to its end. */
export const nodeSysfsFiles: SysfsFiles = {
  readFile: readBounded,
  writeFile: (path, text) => writeFile(path, text),
  readDirectory: (path) => readdir(path),
  realPath: (path) => realpath(path),
};

// What drivers of the kernel return from reading an attribute; any other errno comes from the transfer itself.
const codesByErrno: Readonly<Record<string, ErrorCode>> = {
  ENOENT: "device-missing",
  ENODEV: "device-missing",
  ENOTDIR: "device-missing",
  EACCES: "permission-denied",
  EPERM: "permission-denied",
  EAGAIN: "no-data",
  EBUSY: "no-data",
  EINVAL: "no-data",
  EISDIR: "no-data",
  ENODATA: "no-data",
  ENOTSUP: "no-data",
  ETIMEDOUT: "bus-timeout",
};

const remedies: Readonly<Partial<Record<ErrorCode, string>>> = {
  "permission-denied": "Let the user of the service read the file; `ls -l` on it shows who may.",
};

const errorOf = (path: string, cause: unknown): unknown => {
  const errno = errnoName(cause);
  if (errno === undefined || cause instanceof SensorError) return cause;
  const code = codesByErrno[errno] ?? "bus-error";
  const remedy = remedies[code];
  return new SensorError(code, `${path}: ${errno}`, {
    cause,
    ...(remedy === undefined ? {} : { remedy }),
  });
};

const translated = async <Result>(path: string, task: () => Promise<Result>): Promise<Result> => {
  try {
    return await task();
  } catch (cause) {
    throw errorOf(path, cause);
  }
};

const isMissing = (error: unknown): boolean =>
  error instanceof SensorError && error.code === "device-missing";

const orIfMissing = async <Result, Other>(task: Promise<Result>, other: Other) => {
  try {
    return await task;
  } catch (error) {
    if (isMissing(error)) return other;
    throw error;
  }
};

// The forms in which the kernel prints numbers: no exponent, no plus sign, no spaces, no unit.
const decimal = /^-?\d+(\.\d+)?$/;
const quotedLength = 40;

const quoted = (text: string): string =>
  JSON.stringify(text.length > quotedLength ? `${text.slice(0, quotedLength)}...` : text);

const numberOf = (path: string, text: string): number => {
  const value = decimal.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new SensorError("no-data", `${path} holds ${quoted(text)}, which is not a number`);
};

const below = (root: string, path: string): string => {
  if (path.startsWith(`${root}/`)) return path.slice(root.length + 1);
  throw new SensorError("device-missing", `${path} is not below ${root}`);
};

/** Attribute files below `root`, read through the given file operations. */
export const openSysfs = (files: SysfsFiles, root = "/sys"): Sysfs => {
  const read = async (path: string): Promise<string> => {
    const absolute = `${root}/${path}`;
    return (await translated(absolute, () => files.readFile(absolute))).trim();
  };

  const readText = async (path: string): Promise<string> => {
    const text = await read(path);
    if (text !== "") return text;
    throw new SensorError("no-data", `${root}/${path} is empty`);
  };

  return {
    readText,
    readNumber: async (path) => numberOf(`${root}/${path}`, await readText(path)),
    readOptional: (path) => orIfMissing(read(path), undefined),
    list: async (path) => {
      const absolute = `${root}/${path}`;
      const names = await orIfMissing(
        translated(absolute, () => files.readDirectory(absolute)),
        [],
      );
      return [...names].sort();
    },
    resolve: async (path) => {
      const absolute = `${root}/${path}`;
      const real = await translated(absolute, () => files.realPath(absolute));
      return below(await translated(root, () => files.realPath(root)), real);
    },
  };
};
