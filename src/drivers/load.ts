import { readdir } from "node:fs/promises";
import { extname } from "node:path";
import { SensorError } from "../errors.ts";
import type { Driver } from "./driver.ts";

const kinds = ["i2c", "gpio", "kernel"] as const;

// Source files run as they are under tsx and vitest, and compiled from dist.
const extension = extname(new URL(import.meta.url).pathname);

const filesOf = async (
  kind: (typeof kinds)[number],
): Promise<readonly (readonly [string, URL])[]> => {
  const directory = new URL(`./${kind}/`, import.meta.url);
  const files = (await readdir(directory)).filter((file) => extname(file) === extension);
  return files.map((file) => [file.slice(0, -extension.length), new URL(file, directory)]);
};

const driverFiles = async (): Promise<ReadonlyMap<string, URL>> =>
  new Map((await Promise.all(kinds.map(filesOf))).flat());

/** Names of all drivers, sorted: each file in the folders of the kinds is one. */
export const listDrivers = async (): Promise<readonly string[]> =>
  [...(await driverFiles()).keys()].sort();

/** Imports the driver of that name; `internal` if there is none. What is not configured is not loaded. */
export const loadDriver = async (name: string): Promise<Driver> => {
  const url = (await driverFiles()).get(name);
  if (url === undefined) throw new SensorError("internal", `there is no driver ${name}`);
  const module: { readonly driver?: Driver } = await import(/* @vite-ignore */ url.href);
  if (module.driver === undefined) {
    throw new SensorError("internal", `the file of ${name} exports no driver`);
  }
  return module.driver;
};
