import { readdirSync, readFileSync } from "node:fs";
import { type LoadedConfig, loadConfig } from "../../src/config/load.ts";
import { formatProblem } from "../../src/config/problems.ts";
import { testDrivers } from "./fixture-drivers.ts";

/** The variables that the fixtures refer to. */
export const fixtureEnvironment = {
  PLACE: "attic",
  TOKEN: "hunter2",
  BUS: "1",
  DRIVER: "bme280",
  SECONDS: "15",
};

/** Loads a configuration from text or bytes as if it were the file of that name. */
export const load = async (
  content: string | Uint8Array,
  file = "config.yaml",
): Promise<LoadedConfig> =>
  loadConfig({
    ...(await testDrivers()),
    file,
    environment: fixtureEnvironment,
    readFile: async () =>
      typeof content === "string" ? new TextEncoder().encode(content) : content,
  });

/** The problems of a loaded configuration as they are printed, none if it is right. */
export const problemLines = (loaded: LoadedConfig): readonly string[] =>
  "problems" in loaded ? loaded.problems.map(formatProblem) : [];

const root = new URL("../../", import.meta.url);

/** Contents of a file of the project. */
export const projectFile = (path: string): Uint8Array => readFileSync(new URL(path, root));

/** The YAML files of a folder of the project, without their extension. */
export const yamlFiles = (folder: string): readonly string[] =>
  readdirSync(new URL(folder, root))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
