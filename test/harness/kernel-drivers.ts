import { readdirSync } from "node:fs";
import { posix } from "node:path";
import type { KernelDriver } from "../../src/drivers/driver.ts";
import type { KernelModel, Model } from "../mocks/model.ts";
import type { AttributeFiles } from "../mocks/sysfs.ts";
import { type KernelVector, readKernelVectors } from "../vectors/kernel-vectors.ts";

/** A driver of src/drivers/kernel with its model and vectors. */
export interface ModelledKernelDriver {
  readonly name: string;
  readonly driver: KernelDriver<unknown, unknown>;
  readonly model: KernelModel;
  readonly vectors: readonly KernelVector[];
  /** Different devices that the vectors name, by their options. */
  readonly devices: readonly Readonly<Record<string, unknown>>[];
}

const directory = new URL("../../src/drivers/kernel/", import.meta.url);

const load = async (name: string): Promise<ModelledKernelDriver> => {
  const { driver }: { driver: KernelDriver<unknown, unknown> } = await import(
    `../../src/drivers/kernel/${name}.ts`
  );
  const { model }: { model: Model } = await import(`../mocks/chips/${name}.ts`);
  if (model.kind !== "kernel") throw new Error(`the model of ${name} is not one of the kernel's`);
  const vectors = readKernelVectors(name);
  const devices = new Map(vectors.map(({ options }) => [JSON.stringify(options), options]));
  return { name, driver, model, vectors, devices: [...devices.values()] };
};

/** Every driver that is in the directory. */
export const modelledKernelDrivers: readonly ModelledKernelDriver[] = await Promise.all(
  readdirSync(directory)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => load(file.slice(0, -".ts".length))),
);

/** The attribute files of a vector. */
export const vectorFiles = ({ directory: path, files }: KernelVector): AttributeFiles =>
  Object.fromEntries(
    Object.entries(files).map(([name, text]) => [posix.join(path, name), () => `${text}\n`]),
  );
