import type { Machine } from "../machine.ts";
import type { Check } from "./examination.ts";
import { fail, ok, type Result, warn } from "./result.ts";
import { readTextFile } from "./text-file.ts";

/** What kind of machine it is. */
export interface Board {
  /** As the device tree or the firmware names it. */
  readonly model: string | undefined;
  readonly isRaspberryPi: boolean;
  readonly hasRaspiConfig: boolean;
  /** Where the firmware of a Raspberry Pi is configured. */
  readonly bootFile: string;
  readonly system: string;
}

/** Looks at what the kernel and the distribution say of themselves. */
export const readBoard = async (machine: Machine): Promise<Board> => {
  const model =
    (await readTextFile(machine, "/proc/device-tree/model")) ??
    (await readTextFile(machine, "/sys/class/dmi/id/product_name"));
  const release = (await readTextFile(machine, "/etc/os-release")) ?? "";
  const [, name = "an unknown system"] = /^PRETTY_NAME="?([^"\n]*)"?$/mu.exec(release) ?? [];
  const kernel = await readTextFile(machine, "/proc/sys/kernel/osrelease");
  const hasFirmware = (await machine.status("/boot/firmware/config.txt")) !== undefined;
  return {
    model,
    isRaspberryPi: model?.startsWith("Raspberry Pi") === true,
    hasRaspiConfig: (await machine.status("/usr/bin/raspi-config")) !== undefined,
    bootFile: hasFirmware ? "/boot/firmware/config.txt" : "/boot/config.txt",
    system: kernel === undefined ? name : `${name}, Linux ${kernel}`,
  };
};

/** The machine. */
export const boardCheck: Check = {
  topic: "board",
  run: async ({ board }) => [ok("board", `${board.model ?? "unknown model"}, ${board.system}`)],
};

// package.json, engines.
const oldest = [20, 19] as const;
// nodejs/node 58458: there is no later one for the processor of a Pi Zero or Pi 1.
const newestForArm6 = 22;

/** Node.js: old enough, and built for this processor. */
export const nodeCheck: Check = {
  topic: "node",
  run: async ({ machine, runtime }) => {
    const { version, architecture, armVersion } = runtime;
    const [major = 0, minor = 0] = version.replace(/^v/u, "").split(".").map(Number);
    const results: Result[] = [];
    if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
      const remedy = "install Node.js 22: docs/install.md";
      results.push(fail("node", `Node.js ${version} is older than 20.19`, remedy));
    }
    const processor = (await readTextFile(machine, "/proc/cpuinfo")) ?? "";
    const isArm6 = architecture === "arm" && /ARMv6|^CPU architecture\s*: 6$/mu.test(processor);
    if (isArm6 && armVersion !== undefined && armVersion !== "6") {
      const remedy =
        "install the build for armv6l of Node.js 22, from unofficial-builds.nodejs.org";
      const finding = `this Node.js was built for ARMv${armVersion}, the processor is an ARMv6`;
      results.push(fail("node", finding, remedy));
    } else if (isArm6) {
      const finding = `Node.js ${newestForArm6} is the last for this processor (ARMv6)`;
      results.push(warn("node", finding, `stay with Node.js ${newestForArm6}`));
    }
    return results.length > 0 ? results : [ok("node", `Node.js ${version} for ${architecture}`)];
  },
};
