import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createChardevBackend } from "../../src/buses/gpio-chardev.ts";
import type { ToolGeneration } from "../../src/buses/gpiomon-output.ts";
import { systemClock } from "../../src/clock.ts";
import { type Spawn, spawnProgram } from "../../src/spawn.ts";

// First line of `gpiomon --version` of the packages of Debian 12 and 13.
const versions = { 1: "gpiomon (libgpiod) v1.6.3", 2: "gpiomon (libgpiod) v2.2.1" } as const;

// What `gpiodetect` of both prints on a Pi 5.
const chips = `gpiochip0 [pinctrl-rp1] (54 lines)
gpiochip10 [gpio-brcmstb@107d508500] (32 lines)
`;

const record = (directory: string, program: string): string => `#!/bin/sh
dir='${directory}'
echo "${program} $*" >> "$dir/calls"
if [ -f "$dir/${program}.error" ]; then cat "$dir/${program}.error" >&2; exit 1; fi
`;

const scripts = (directory: string): Readonly<Record<string, string>> => ({
  gpiodetect: `${record(directory, "gpiodetect")}cat "$dir/chips"\n`,
  gpioget: `${record(directory, "gpioget")}cat "$dir/level"\n`,
  // As 1.6.3 prints it, once gpiomon runs.
  gpioinfo: `${record(directory, "gpioinfo")}
user='      unused'
[ -f "$dir/silent" ] || ! kill -0 "$(cat "$dir/pid")" || user='    "gpiomon"'
cat <<EOF
gpiochip0 - 54 lines:
	line  16:      unnamed       unused   input  active-high
	line  17:      unnamed $user   input  active-high [used]
EOF
`,
  // Like the real ones, generation 2 says when it has the line. What is written to the pipe `edges` is its output.
  gpiomon: `${record(directory, "gpiomon")}
case "$*" in
  --version) cat "$dir/version"; exit ;;
  *--banner*) [ -f "$dir/silent" ] || echo "Monitoring line '17'..." ;;
esac
echo $$ > "$dir/pid"
exec cat "$dir/edges"
`,
});

/** Stand-ins for libgpiod's programs: real processes, in a directory of their own. */
export const createToolbox = async (generation: ToolGeneration) => {
  const directory = await mkdtemp(join(tmpdir(), "gpio-tools-"));
  const at = (name: string): string => join(directory, name);
  execFileSync("mkfifo", [at("edges")]);
  const edges = await open(at("edges"), "r+");
  await writeFile(at("version"), `${versions[generation]}\n`);
  await writeFile(at("chips"), chips);
  await writeFile(at("level"), "0\n");
  for (const [name, script] of Object.entries(scripts(directory))) {
    await writeFile(at(name), script);
    await chmod(at(name), 0o755);
  }
  const spawn: Spawn = (call, onOutput) =>
    spawnProgram({ ...call, program: at(call.program) }, onOutput);

  return {
    spawn,
    backend: createChardevBackend({ spawn, clock: systemClock }),
    /** Puts text into one of the files that the programs look at: chips, level, version, NAME.error, silent. */
    put: (name: string, text: string) => writeFile(at(name), text),
    remove: (name: string) => rm(at(name)),
    /** Lets gpiomon print this. */
    print: (text: string) => edges.write(text),
    /** Command lines so far. */
    calls: async () => (await readFile(at("calls"), "utf8")).trimEnd().split("\n"),
    /** Process number of the latest gpiomon that watches a line. */
    pid: async () => Number(await readFile(at("pid"), "utf8")),
    started: () =>
      readFile(at("pid"), "utf8").then(
        (text) => text.endsWith("\n"),
        () => false,
      ),
    destroy: async () => {
      await edges.close().catch(() => undefined);
      await rm(directory, { recursive: true });
    },
  };
};

/** Waits until it is so, two seconds at most. */
export const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo()) return;
    await pause(10);
  }
  throw new Error("it did not come about within two seconds");
};

/** Whether a process is there, dead ones that nobody has waited for included. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
