import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { parseScrape, type Scrape } from "../kernel/metrics.ts";

// An emulated processor needs ten seconds where a board needs one.
const waitLimitMs = 120_000;
const pauseMs = 200;
const unit = "sensor-exporter.service";

const execute = promisify(execFile);

/** What a program printed; rejects if it fails. */
export const output = async (program: string, ...parameters: readonly string[]): Promise<string> =>
  (await execute(program, parameters)).stdout.trim();

/** Tells systemd to do something with the unit. */
export const control = (...parameters: readonly string[]): Promise<string> =>
  output("systemctl", ...parameters);

/** Asks systemd for what it knows of the unit. */
export const property = async (name: string): Promise<string> =>
  control("show", "--value", `--property=${name}`, unit);

/** Everything that the unit has logged, by whatever process. */
export const journal = (): Promise<string> =>
  output("journalctl", "--unit", unit, "--output=short-monotonic", "--no-pager");

/** The first thing found that is not undefined; after two minutes throws with what the unit has logged. */
export const eventually = async <Result>(
  what: string,
  look: () => Promise<Result | undefined>,
): Promise<Result> => {
  const deadlineMs = performance.now() + waitLimitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadlineMs) {
      const state = await control("status", "--no-pager", unit).catch((error) => String(error));
      throw new Error(`in vain waited until ${what}:\n${state}\n${await journal()}`);
    }
    await sleep(pauseMs);
  }
};

/** Waits until a property of the unit has that value. */
export const until = (name: string, value: string): Promise<true> =>
  eventually(`${name} is ${value}`, async () => (await property(name)) === value || undefined);

/** One scrape. */
export const scrape = async (url = "http://127.0.0.1:10048"): Promise<Scrape> =>
  parseScrape(await (await fetch(`${url}/metrics`)).text());

/** The first scrape that meets a condition. */
export const scrapeUntil = (what: string, isMet: (scrape: Scrape) => boolean): Promise<Scrape> =>
  eventually(what, async () => {
    // Between two lives of the program nobody answers.
    const latest = await scrape().catch(() => parseScrape(""));
    return isMet(latest) ? latest : undefined;
  });

const configurationFile = "/etc/sensor-exporter/config.yaml";
const directoryOf = (name: string) => `/etc/systemd/system/${name}.d`;

/** Writes the configuration file, which may be JSON, since that is YAML. */
export const configure = (configuration: unknown): Promise<void> =>
  writeFile(configurationFile, JSON.stringify(configuration));

/** Changes a unit as an administrator would. */
export const dropIn = async (name: string, ...lines: readonly string[]): Promise<void> => {
  await mkdir(directoryOf(name), { recursive: true });
  await writeFile(join(directoryOf(name), "test.conf"), `${lines.join("\n")}\n`);
  await control("daemon-reload");
};

/** A process of the unit. */
interface UnitProcess {
  readonly command: string;
  readonly environment: string;
  /** Its file descriptors and what they lead to: `3 socket:[17]`. */
  readonly files: readonly string[];
}

const readProcess = async (id: string): Promise<UnitProcess> => ({
  command: (await readFile(`/proc/${id}/cmdline`, "utf8")).replaceAll("\0", " "),
  environment: (await readFile(`/proc/${id}/environ`, "utf8")).replaceAll("\0", "\n"),
  files: (await output("find", `/proc/${id}/fd`, "-type", "l", "-printf", "%f %l\n")).split("\n"),
});

/** The processes in the unit's control group; those that end meanwhile are left out. */
export const processes = async (): Promise<readonly UnitProcess[]> => {
  const group = await property("ControlGroup");
  const ids = (await readFile(`/sys/fs/cgroup${group}/cgroup.procs`, "utf8")).trim().split("\n");
  const found = await Promise.all(ids.map((id) => readProcess(id).catch(() => undefined)));
  return found.flatMap((one) => one ?? []);
};

/** Names of the files that the service keeps. */
export const stateFiles = (): Promise<readonly string[]> => readdir("/var/lib/sensor-exporter");
