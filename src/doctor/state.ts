import { dirname } from "node:path";
import type { Check, Examination } from "./examination.ts";
import { mayUse, readAndWrite } from "./identity.ts";
import { fail, ok, type Result, warn } from "./result.ts";
import { readTextFile } from "./text-file.ts";

const topic = "state";

// Counters need a few kilobytes; the system's own log and updates need more.
const scarceBytes = 64 * 2 ** 20;
const usedUpBytes = 4 * 2 ** 20;

const defaultDirectory = "/var/lib/sensor-exporter";

/** True if the file system that holds the directory is mounted read-only, by proc_mounts(5). */
const isReadOnly = async ({ machine }: Examination, directory: string): Promise<boolean> => {
  const mounts = ((await readTextFile(machine, "/proc/mounts")) ?? "")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(
      ([, point = ""]) => point === "/" || directory === point || directory.startsWith(`${point}/`),
    )
    .sort(([, one = ""], [, other = ""]) => one.length - other.length);
  // The last of those that are mounted on one another is the one that shows.
  const options = mounts.at(-1)?.[3] ?? "";
  return options.split(",").includes("ro");
};

const spaceOf = async ({ machine }: Examination, directory: string): Promise<Result> => {
  const bytes = await machine.freeBytes(directory);
  const megabytes = Math.floor(bytes / 2 ** 20);
  const finding = `${directory}: ${megabytes} MB left`;
  const remedy = "sudo journalctl --vacuum-size=50M; sudo apt clean; df -h";
  if (bytes < usedUpBytes) return fail(topic, finding, remedy);
  return bytes < scarceBytes ? warn(topic, finding, remedy) : ok(topic, finding);
};

/** Where counters are kept: there, writable, with space left. The program also runs without. */
export const stateCheck: Check = {
  topic,
  run: async (examination) => {
    const { machine, environment, identity } = examination;
    const given = environment["STATE_DIRECTORY"]?.split(":")[0];
    const directory = given || defaultDirectory;
    const status = await machine.status(directory);
    if (status === undefined) {
      if (!given && identity.isSelf) return [];
      const remedy = "sudo systemctl restart sensor-exporter, which makes it";
      return [fail(topic, `there is no ${directory}: counters start anew each time`, remedy)];
    }
    if (await isReadOnly(examination, directory)) {
      const remedy = `sudo mount -o remount,rw ${dirname(directory)}, or a tmpfs for it; dmesg tells of a worn-out card`;
      return [warn(topic, `${directory} is read-only: counters start anew each time`, remedy)];
    }
    if (!mayUse(identity, status, readAndWrite)) {
      const remedy = `sudo chown -R ${identity.name}: ${directory}`;
      return [fail(topic, `${identity.name} may not write to ${directory}`, remedy)];
    }
    return [await spaceOf(examination, directory)];
  },
};
