import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import type { I2cBinding } from "../../src/buses/i2c.ts";
import type { SimulatedAdapter } from "../mocks/i2c-adapter.ts";
import { addonError, type ErrorOf, errno, libuvError } from "../mocks/i2c-errno.ts";
import { createWire, type Descriptor, type Transfer, type WireTime } from "../mocks/i2c-wire.ts";

type Callback = (error: Error | null, value?: unknown) => void;

/** Path of the i2c-bus package's own JavaScript, or undefined where npm could not install it. */
export const packagePath = (): string | undefined => {
  try {
    return createRequire(import.meta.url).resolve("i2c-bus");
  } catch {
    return undefined;
  }
};

const settle = (work: Promise<unknown>, callback: Callback): void => {
  work.then(
    (value) => callback(null, value),
    (error: Error) => callback(error),
  );
};

/** The kernel's side of i2c-dev: files, and the calls of the addon and of libuv on them. */
const createKernel = (adapter: SimulatedAdapter, time: WireTime) => {
  const files: Descriptor[] = [];
  const wire = createWire(adapter, time);

  const transfer = (fd: number, what: Transfer, errorOf: ErrorOf): Promise<Uint8Array> => {
    const file = files[fd];
    return file === undefined
      ? Promise.reject(errorOf(errno.badDescriptor))
      : wire(file, what, errorOf);
  };

  const open = async (path: string): Promise<number> => {
    if (adapter.missing) throw libuvError("open", path)(errno.noSuchFile);
    adapter.openDescriptors += 1;
    return files.push({ slaveAddress: 0, isOpen: true, isOrphan: false, transfers: 0 }) - 1;
  };

  const close = async (fd: number): Promise<void> => {
    const file = files[fd];
    if (file?.isOpen !== true) throw libuvError("close")(errno.badDescriptor);
    file.isOpen = false;
    adapter.openDescriptors -= 1;
  };

  const select = async (fd: number, address: number): Promise<void> => {
    if (adapter.slots.get(address)?.ownedByKernel === true) throw addonError("setAddr")(errno.busy);
    const file = files[fd];
    if (file !== undefined) file.slaveAddress = address;
  };

  const fs = {
    open: (path: string, _: string, callback: Callback) => settle(open(path), callback),
    close: (fd: number, callback: Callback) => settle(close(fd), callback),
    read: (fd: number, _b: Buffer, _o: number, length: number, _p: number, callback: Callback) =>
      settle(transfer(fd, { readLength: length }, libuvError("read")), callback),
  };
  const addon = {
    setAddrAsync: (fd: number, address: number, _: boolean, callback: Callback) =>
      settle(select(fd, address), callback),
    readByteAsync: (fd: number, command: number, callback: Callback) => {
      const what = { written: Uint8Array.of(command), readLength: 1 };
      const byte = transfer(fd, what, addonError("readByte")).then(([first]) => first);
      settle(byte, callback);
    },
  };
  return { fs, addon };
};

/** The package's own code, unchanged, over a simulated kernel. */
export const loadPackage = (
  path: string,
  adapter: SimulatedAdapter,
  time: WireTime,
): Pick<I2cBinding, "openPromisified"> => {
  const { fs, addon } = createKernel(adapter, time);
  const require = (name: string) => (name === "fs" ? fs : () => addon);
  const module: { exports: unknown } = { exports: {} };
  compileFunction(readFileSync(path, "utf8"), ["require", "module"])(require, module);
  return module.exports as Pick<I2cBinding, "openPromisified">;
};
