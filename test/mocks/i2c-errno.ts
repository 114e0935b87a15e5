import { getSystemErrorMap } from "node:util";

/** Numbers of Linux's errno.h that a simulated adapter reports. */
export const errno = {
  notPermitted: 1,
  noSuchFile: 2,
  inputOutput: 5,
  noSuchDeviceOrAddress: 6,
  badDescriptor: 9,
  tryAgain: 11,
  accessDenied: 13,
  busy: 16,
  noSuchDevice: 19,
  invalidArgument: 22,
  notSupported: 95,
  timedOut: 110,
  remoteInputOutput: 121,
} as const;

/** Makes the error of one operation from a positive errno. */
export type ErrorOf = (errorNumber: number) => Error;

const nameAndText = (errorNumber: number): readonly [string, string] =>
  getSystemErrorMap().get(-errorNumber) ?? ["", "unknown error"];

/** As libuv reports it for plain reads, writes, opens and `access`: errno is negative. */
export const libuvError =
  (syscall: string, path?: string): ErrorOf =>
  (errorNumber) => {
    const [code, text] = nameAndText(errorNumber);
    const suffix = path === undefined ? "" : ` '${path}'`;
    return Object.assign(new Error(`${code}: ${text}, ${syscall}${suffix}`), {
      errno: -errorNumber,
      code,
      syscall,
      ...(path === undefined ? {} : { path }),
    });
  };

// Node's own table, which the addon asks for the name, stops at the errors of POSIX.
const unnamedByNode: ReadonlySet<number> = new Set([errno.remoteInputOutput]);

/** As the addon reports it for SMBus calls and for setting the address: errno is positive. */
export const addonError =
  (syscall: string): ErrorOf =>
  (errorNumber) => {
    const [name, text] = nameAndText(errorNumber);
    const code = unnamedByNode.has(errorNumber) ? "" : name;
    return Object.assign(new Error(`${code}, ${text}`), { errno: errorNumber, code, syscall });
  };
