import { systemClock } from "../../src/clock.ts";
import type { Config } from "../../src/config/config.ts";
import { formatProblem } from "../../src/config/problems.ts";
import { readBoard } from "../../src/doctor/board.ts";
import type { LoadedState } from "../../src/doctor/examination.ts";
import { examine } from "../../src/doctor/examine.ts";
import { findIdentity, readAccounts } from "../../src/doctor/identity.ts";
import type { Result } from "../../src/doctor/result.ts";
import { readServicePort } from "../../src/doctor/service.ts";
import { type Machine, thisMachine } from "../../src/machine.ts";
import type { Platform } from "../../src/platform.ts";
import type { Spawn } from "../../src/spawn.ts";
import { load } from "../config/support.ts";
import { alreadyLoaded } from "../detect/board.ts";
import { patient } from "../harness/i2c.ts";
import { runUntilSettled } from "../harness/run.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { createGpioSimulation } from "../mocks/gpio.ts";
import { createI2cBinding, type SimulatedAdapter } from "../mocks/i2c.ts";
import { createSimulatedSysfs } from "../mocks/sysfs.ts";

/** A machine to be looked at: its files by path, and what is not a file. */
export interface Patient {
  readonly files: Readonly<Record<string, string>>;
  /** Files that are no text. */
  readonly bytes?: Readonly<Record<string, Uint8Array>>;
  /** Group and permission bits where they are not those of root's own file, 0644. */
  readonly permissions?: Readonly<Record<string, readonly [groupId: number, mode: number]>>;
  readonly userId?: number;
  readonly groupIds?: readonly number[];
  readonly freeBytes?: number;
  /** What programs print; those that are not named are not installed. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly adapters?: ReadonlyMap<number, SimulatedAdapter>;
  readonly configuration?: string;
  readonly wallMs?: number;
  /** True where the network takes part, which no virtual clock waits for. */
  readonly isInRealTime?: boolean;
  readonly network?: Partial<Pick<Machine, "connect" | "request">>;
  readonly platform?: Partial<Platform>;
  readonly runtime?: {
    readonly version?: string;
    readonly architecture?: string;
    readonly armVersion?: string;
  };
}

const spawnOf =
  (programs: Readonly<Record<string, string>>): Spawn =>
  ({ program }, onOutput) => {
    const output = programs[program];
    if (output !== undefined) onOutput(output);
    const notStarted = Object.assign(new Error(`spawn ${program} ENOENT`), { code: "ENOENT" });
    const end =
      output === undefined
        ? { status: null, complaint: "", notStarted }
        : { status: 0, complaint: "" };
    return { ended: Promise.resolve(end), kill: () => {} };
  };

const refused = () =>
  Promise.reject(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));

const machineOf = (given: Patient): Machine => {
  const { files, bytes = {}, permissions = {}, freeBytes = 2 ** 30, programs = {} } = given;
  const texts = Object.fromEntries(
    [...Object.entries(files), ...Object.keys(bytes).map((path) => [path, ""] as const)].map(
      ([path, text]) => [path, () => text] as const,
    ),
  );
  const tree = createSimulatedSysfs({ "/dev/null": () => "", ...texts });
  return {
    files: tree,
    bytes: async (path) =>
      bytes[path] ?? (path in files ? new TextEncoder().encode(files[path]) : undefined),
    status: async (path) => {
      const isThere = await tree.realPath(path).then(
        () => true,
        () => false,
      );
      const [groupId, mode] = permissions[path] ?? [0, 0o644];
      return isThere ? { userId: 0, groupId, mode } : undefined;
    },
    freeBytes: async () => freeBytes,
    spawn: spawnOf(programs),
    connect: refused,
    request: refused,
    ...given.network,
  };
};

const loadedOf = async (text: string | undefined): Promise<LoadedState> => {
  if (text === undefined) return { missing: "no configuration" };
  const file = "/etc/sensor-exporter/config.yaml";
  const loaded = await load(text, file);
  return "config" in loaded
    ? { file, config: loaded.config satisfies Config }
    : { file, problems: loaded.problems.map(formatProblem) };
};

/** What the doctor says of a machine. */
export const diagnose = async (given: Patient): Promise<readonly Result[]> => {
  const virtual = createVirtualClock();
  // Later than any release of the program, unless the test says otherwise.
  virtual.setWallMs(given.wallMs ?? Date.UTC(2030, 0, 1));
  const clock = given.isInRealTime === true ? systemClock : virtual;
  const machine = machineOf(given);
  const platform: Platform = {
    isSimulated: false,
    loadI2c: async () => createI2cBinding(given.adapters ?? new Map(), clock),
    loadOnoff: async () => createGpioSimulation({ chips: [], clock }).onoff,
    spawn: machine.spawn,
    files: machine.files,
    prepare: async () => {},
    close: async () => {},
    ...given.platform,
  };
  const self = { userId: given.userId ?? 1000, groupIds: given.groupIds ?? [1000] };
  const examination = {
    machine,
    platform,
    clock,
    signal: patient,
    environment: {},
    runtime: { version: "v22.23.3", architecture: "arm64", ...given.runtime },
    board: await readBoard(machine),
    identity: findIdentity(await readAccounts(machine), self),
    loaded: await loadedOf(given.configuration),
    loadDriver: alreadyLoaded,
    packageDirectory: "/opt/sensor-exporter/current",
    port: await readServicePort(machine),
  };
  const results = examine(examination);
  if (given.isInRealTime === true) return await results;
  return await runUntilSettled(virtual, results, { stepMs: 5 });
};

/** What the doctor says about one thing. */
export const about = async (topic: string, given: Patient): Promise<readonly Result[]> =>
  (await diagnose(given)).filter((result) => result.topic === topic);

/** A machine whose every word goes to the network that the test runs on. */
export const onThisNetwork: Pick<Machine, "connect" | "request"> = thisMachine;
