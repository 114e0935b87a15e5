import { pathToFileURL } from "node:url";
import { renderConfiguration } from "../detect/configuration.ts";
import { detectDevices } from "../detect/detect.ts";
import type { Detection, Obstacle } from "../detect/finding.ts";
import { type NamedFinding, nameFindings } from "../detect/names.ts";
import { listDrivers, loadDriver } from "../drivers/load.ts";
import { StartError } from "../errors.ts";
import { lastingPackageFile, packageFile } from "../package-files.ts";
import { choosePlatform, type Platform } from "../platform.ts";
import { loadOrComplain } from "./configuration.ts";
import { exitCodes, type System } from "./system.ts";
import { renderTable } from "./table.ts";

/** Flags of `detect`. */
export interface DetectOptions {
  readonly bus?: readonly string[];
  readonly json?: boolean;
  readonly simulate?: boolean;
  readonly "config.file"?: string;
}

const busNumber = (text: string): number => {
  if (/^\d{1,4}$/u.test(text)) return Number(text);
  throw new StartError(`--bus ${text}: a bus is named by the number of /dev/i2c-N`);
};

const headings = ["at", "is", "certainty", "entry"];

const rowOf = ({ place, what, certainty, remarks, entries }: NamedFinding): readonly string[] => [
  place,
  [what, ...(certainty === "found" ? [] : remarks)].join("\n"),
  certainty,
  entries.map(({ name }) => name).join("\n"),
];

const obstacleText = ({ place, message, remedy }: Obstacle): string =>
  `${place}: ${message}\n  ${remedy}\n`;

/** For people, on standard error: the configuration on standard output can then go to a file. */
const describe = (findings: readonly NamedFinding[], obstacles: readonly Obstacle[]): string =>
  [
    findings.length === 0 ? "nothing was found\n" : renderTable(headings, findings.map(rowOf)),
    ...obstacles.map(obstacleText),
    "\n",
  ].join("");

const print = async (
  system: System,
  detection: Detection,
  options: DetectOptions,
): Promise<void> => {
  const findings = nameFindings(detection);
  const { obstacles } = detection;
  if (options.json === true) {
    system.print(`${JSON.stringify({ findings, obstacles }, undefined, 2)}\n`);
    return;
  }
  system.complain(describe(findings, obstacles));
  const schema = pathToFileURL(await lastingPackageFile("config/schema.json")).href;
  system.print(renderConfiguration(findings, schema));
};

/** The platform with all that a simulated board has on it; undefined if its configuration is wrong. */
const preparePlatform = async (
  system: System,
  options: DetectOptions,
): Promise<Platform | undefined> => {
  const platform = await choosePlatform(options.simulate === true, system.clock);
  if (!platform.isSimulated) return platform;
  const board = options["config.file"] ?? packageFile("config/simulated.yaml");
  const loaded = await loadOrComplain(system, board);
  if (loaded === undefined) return undefined;
  await platform.prepare(loaded.config);
  return platform;
};

/** Finds what is connected and prints it as a configuration. */
export const detect = async (system: System, options: DetectOptions): Promise<number> => {
  const buses = options.bus?.map(busNumber);
  const platform = await preparePlatform(system, options);
  if (platform === undefined) return exitCodes.badConfiguration;
  const { clock, stop: signal } = system;
  try {
    const sources = { platform, clock, signal, listDrivers, loadDriver, buses };
    await print(system, await detectDevices(sources), options);
    return exitCodes.stopped;
  } catch (error) {
    if (!signal.aborted) throw error;
    return exitCodes.failed;
  } finally {
    await platform.close();
  }
};
