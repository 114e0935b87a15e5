import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bank } from "./environment.ts";

/** Which way the outside end of a line is pulled. */
export type Pull = "pull-up" | "pull-down";

const pullFile = (line: number): string => join(bank.simulator ?? "", `sim_gpio${line}`, "pull");

/** Pulls a line of the bank from outside. */
export const pull = (line: number, way: Pull): void => writeFileSync(pullFile(line), way);

/** Which way a line is pulled, be it from outside or by its bias. */
export const pulled = (line: number): string => readFileSync(pullFile(line), "utf8").trim();

/** How fast to move a line. */
export interface Drive {
  readonly edges: number;
  readonly perSecond: number;
  /** What is late is made up for, but no two edges are closer than this. */
  readonly leastGapMs: number;
}

/** How fast a line was moved. */
export interface Driven {
  readonly perSecond: number;
  /** More than was asked for, if the machine stood still. */
  readonly longestGapMs: number;
}

/** Moves a line up and down, from down. */
export const drive = async (
  line: number,
  { edges, perSecond, leastGapMs }: Drive,
): Promise<Driven> => {
  const file = openSync(pullFile(line), "w");
  const startedMs = performance.now();
  let latestMs = startedMs - leastGapMs;
  let longestGapMs = 0;
  try {
    for (let edge = 0; edge < edges; edge += 1) {
      const dueMs = Math.max(startedMs + (edge * 1000) / perSecond, latestMs + leastGapMs);
      while (performance.now() < dueMs) await sleep(dueMs - performance.now());
      const nowMs = performance.now();
      longestGapMs = Math.max(longestGapMs, nowMs - latestMs);
      latestMs = nowMs;
      writeSync(file, edge % 2 === 0 ? "pull-up" : "pull-down", 0);
    }
  } finally {
    closeSync(file);
  }
  return { perSecond: ((edges - 1) * 1000) / (latestMs - startedMs), longestGapMs };
};

/** Interrupts of a watched line so far, of which the kernel may have made fewer events; 0 if it does not say. */
export const interrupts = (line: number): number => {
  const rows = readFileSync("/proc/interrupts", "utf8").split("\n");
  const row = rows.find((text) => new RegExp(`\\birq_sim\\s+${line}\\s`).test(text)) ?? "";
  const perProcessor = /^\s*\d+:((?:\s+\d+)+)\s/.exec(row)?.[1] ?? "";
  return perProcessor.split(/\s+/).reduce((sum, count) => sum + Number(count), 0);
};

/** Pulses that are over at once, from down to down. */
export const pulse = async (
  line: number,
  { pulses, everyMs }: { readonly pulses: number; readonly everyMs: number },
): Promise<Driven> => {
  const startedMs = performance.now();
  let latestMs = startedMs;
  let longestGapMs = 0;
  for (let count = 0; count < pulses; count += 1) {
    pull(line, "pull-up");
    pull(line, "pull-down");
    await sleep(everyMs);
    longestGapMs = Math.max(longestGapMs, performance.now() - latestMs);
    latestMs = performance.now();
  }
  return { perSecond: (pulses * 1000) / (latestMs - startedMs), longestGapMs };
};

const run = (program: string, ...parameters: readonly string[]): string => {
  const { stdout, error } = spawnSync(program, parameters, { encoding: "utf8" });
  if (error !== undefined) throw error;
  return stdout;
};

/** Name of the bank's character device: gpiochip0. */
const chipName = (): string => {
  const row = run("gpiodetect")
    .split("\n")
    .find((line) => line.includes(`[${bank.label}]`));
  const [name] = row?.split(" ") ?? [];
  if (name === undefined) throw new Error(`gpiodetect shows no chip ${bank.label}`);
  return name;
};

/** Lets another program have a line; resolves, once it has it, with what ends that program. */
export const occupy = async (line: number): Promise<() => Promise<void>> => {
  const name = chipName();
  const isOfSecondGeneration = run("gpiomon", "--version").includes(") v2.");
  const where = isOfSecondGeneration ? ["--chip", name] : [name];
  const child = spawn("gpiomon", [...where, `${line}`], { stdio: "ignore" });
  const ended = once(child, "close");
  const row = new RegExp(`^\\s+line\\s+${line}:.*(used|consumer=)`, "m");
  while (!row.test(run("gpioinfo", ...where))) {
    if (child.exitCode !== null) throw new Error(`gpiomon ended with ${child.exitCode}`);
    await sleep(100);
  }
  return async () => {
    child.kill("SIGKILL");
    await ended;
  };
};

/** Number of the bank's first line in /sys/class/gpio. */
export const sysfsBase = (): number => {
  for (const entry of readdirSync("/sys/class/gpio")) {
    const directory = join("/sys/class/gpio", entry);
    if (!entry.startsWith("gpiochip")) continue;
    if (readFileSync(join(directory, "label"), "utf8").trim() !== bank.label) continue;
    return Number(readFileSync(join(directory, "base"), "utf8"));
  }
  throw new Error(`/sys/class/gpio has no chip ${bank.label}`);
};
