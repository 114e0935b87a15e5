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
  /** Trimmed text, or undefined if there is no such attribute. */
  readonly readOptional: (path: string) => Promise<string | undefined>;
  /** Names in a directory, sorted; empty if it does not exist. */
  readonly list: (path: string) => Promise<readonly string[]>;
  /** Absolute path with links resolved, relative to the root. */
  readonly resolve: (path: string) => Promise<string>;
}
