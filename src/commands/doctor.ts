import { dirname } from "node:path";
import { readBoard } from "../doctor/board.ts";
import type { Examination, LoadedState } from "../doctor/examination.ts";
import { examine } from "../doctor/examine.ts";
import { findIdentity, readAccounts } from "../doctor/identity.ts";
import type { Result } from "../doctor/result.ts";
import { readServicePort } from "../doctor/service.ts";
import { loadDriver } from "../drivers/load.ts";
import { StartError } from "../errors.ts";
import { type Machine, thisMachine } from "../machine.ts";
import { lastingPackageFile, packageFile } from "../package-files.ts";
import { choosePlatform, type Platform } from "../platform.ts";
import { findConfigFile, load } from "./configuration.ts";
import { exitCodes, type System } from "./system.ts";
import { renderTable } from "./table.ts";

/** Flags of `doctor`. */
export interface DoctorOptions {
  readonly "config.file"?: string;
  readonly simulate?: boolean;
  readonly json?: boolean;
}

const loadState = async (system: System, options: DoctorOptions): Promise<LoadedState> => {
  const simulated = options.simulate === true ? packageFile("config/simulated.yaml") : undefined;
  try {
    return await load(system, await findConfigFile(system, options["config.file"] ?? simulated));
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return { missing: error.message };
  }
};

const headings = ["", "about", "finding and remedy"];

const rowOf = ({ verdict, topic, finding, remedy }: Result): readonly string[] => [
  verdict,
  topic,
  remedy === undefined ? finding : `${finding}\n→ ${remedy}`,
];

const summaryOf = (results: readonly Result[]): string => {
  const count = (verdict: Result["verdict"]) =>
    results.filter((result) => result.verdict === verdict).length;
  const failures = count("fail");
  const warnings = count("warn");
  if (failures + warnings === 0) return "\nNothing is wrong.\n";
  return `\nfailures: ${failures}, warnings: ${warnings}\n`;
};

const print = (system: System, results: readonly Result[], isJson: boolean): void => {
  if (isJson) {
    for (const result of results) system.print(`${JSON.stringify(result)}\n`);
    return;
  }
  system.print(renderTable(headings, results.map(rowOf)));
  system.print(summaryOf(results));
};

const examinationOf = async (
  system: System,
  options: DoctorOptions,
  platform: Platform,
  machine: Machine,
): Promise<Examination> => ({
  machine,
  platform,
  clock: system.clock,
  signal: system.stop,
  environment: system.environment,
  runtime: { version: system.nodeVersion, ...system.processor },
  board: await readBoard(machine),
  identity: findIdentity(await readAccounts(machine), system.user),
  loaded: await loadState(system, options),
  loadDriver,
  packageDirectory: dirname(await lastingPackageFile("package.json")),
  port: await readServicePort(machine),
});

/** Looks at the machine and says what is wrong with it. */
export const doctor = async (system: System, options: DoctorOptions): Promise<number> => {
  const platform = await choosePlatform(options.simulate === true, system.clock);
  const examination = await examinationOf(system, options, platform, thisMachine);
  if ("config" in examination.loaded) await platform.prepare(examination.loaded.config);
  try {
    const results = await examine(examination);
    print(system, results, options.json === true);
    const isWell = results.every(({ verdict }) => verdict !== "fail");
    return isWell ? exitCodes.stopped : exitCodes.failed;
  } catch (error) {
    if (!system.stop.aborted) throw error;
    return exitCodes.failed;
  } finally {
    await platform.close();
  }
};
