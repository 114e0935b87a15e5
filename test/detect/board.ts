import type { I2cBinding } from "../../src/buses/i2c.ts";
import { detectDevices } from "../../src/detect/detect.ts";
import type { Detection } from "../../src/detect/finding.ts";
import { listDrivers, loadDriver } from "../../src/drivers/load.ts";
import { patient } from "../harness/i2c.ts";
import { runUntilSettled } from "../harness/run.ts";
import { createVirtualClock } from "../mocks/clock.ts";
import { createI2cBinding, type SimulatedAdapter } from "../mocks/i2c.ts";
import type { Chip } from "../mocks/model.ts";
import { type AttributeFiles, createSimulatedSysfs } from "../mocks/sysfs.ts";

/** A board: its buses with what is on them, and what the kernel shows below /sys. */
export interface Board {
  readonly adapters?: ReadonlyMap<number, SimulatedAdapter>;
  /** What the kernel calls the adapters, where it is not what a Pi calls the one at its header. */
  readonly adapterNames?: Readonly<Record<number, string>>;
  readonly files?: AttributeFiles;
  readonly loadI2c?: () => Promise<I2cBinding>;
  readonly buses?: readonly number[];
  readonly drivers?: Partial<
    Pick<Parameters<typeof detectDevices>[0], "listDrivers" | "loadDriver">
  >;
}

const filesOf = ({
  adapters = new Map(),
  adapterNames = {},
  files = {},
}: Board): AttributeFiles => ({
  "/dev/null": () => "",
  ...Object.fromEntries(
    [...adapters.keys()].flatMap((number) => [
      [`/dev/i2c-${number}`, () => ""],
      [
        `/sys/devices/platform/soc/i2c-${number}/name`,
        () => `${adapterNames[number] ?? "bcm2835 (i2c@7e804000)"}\n`,
      ],
    ]),
  ),
  ...files,
});

// Loading takes time that a virtual clock does not wait for.
const loaded = new Map(
  await Promise.all(
    (await listDrivers()).map(async (name) => [name, await loadDriver(name)] as const),
  ),
);

/** A driver, without the time that loading takes. */
export const alreadyLoaded = async (name: string) => loaded.get(name) ?? (await loadDriver(name));

/** Looks for what is on a board, in virtual time. */
export const detectOn = async (board: Board): Promise<Detection> => {
  const clock = createVirtualClock();
  const detection = detectDevices({
    platform: {
      files: createSimulatedSysfs(filesOf(board)),
      loadI2c: board.loadI2c ?? (async () => createI2cBinding(board.adapters ?? new Map(), clock)),
    },
    clock,
    signal: patient,
    listDrivers: async () => [...loaded.keys()],
    loadDriver: alreadyLoaded,
    buses: board.buses,
    ...board.drivers,
  });
  return await runUntilSettled(clock, detection, { stepMs: 5 });
};

/** A chip that answers every read with the same byte, whatever is written to it. */
export const parrot = (byte: number): Chip => ({
  write: () => {},
  read: (length) => new Uint8Array(length).fill(byte),
  powerCycle: () => {},
});
