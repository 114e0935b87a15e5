import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { bank } from "./environment.ts";
import { failures, isUp } from "./expect.ts";
import { type Driven, drive, interrupts, type occupy, pull, pulse } from "./lines.ts";
import type { Scrape } from "./metrics.ts";
import type { Program } from "./program.ts";

// What both ways to GPIO lines must do alike.

/** A way to reach lines, as the configuration names it. */
export type Backend = "sysfs" | "chardev";

/** Lines of the bank. 2 is that of an I2C bus, if the bank is called like that of a Raspberry Pi. */
export const lines = { meter: 17, rain: 27, door: 22, busy: 23, bus: 2, button: 24 } as const;

// src/buses/gpio-chips.ts has the sources of these names.
const isHeader = /^pinctrl-(bcm2835|bcm2711|rp1)$/.test(bank.label ?? "");

// A Raspberry Pi has just one such bank, so its lines need no more than their number.
const place = (line: number) => (isHeader ? line : { chip: bank.label, line });

const counter = (line: number, edge: string) => ({
  driver: "pulse-counter",
  line: place(line),
  edge,
  interval: "500ms",
});

/** The configuration of both suites; `more` are sensors of one of them. */
export const configurationFor = (backend: Backend, more: object = {}) => ({
  gpio: { backend },
  sensors: {
    meter: counter(lines.meter, "both"),
    rain: counter(lines.rain, "falling"),
    door: { driver: "digital-input", line: place(lines.door), interval: "500ms" },
    busy: counter(lines.busy, "both"),
    ...(isHeader ? { bus: counter(lines.bus, "both") } : {}),
    ...more,
  },
});

/** All lines down, as the cases expect them. */
export const pullAllDown = (): void => {
  for (const line of Object.values(lines)) pull(line, "pull-down");
};

/** Pulses that a sensor has counted. */
export const pulses = (scrape: Scrape, sensor: string): number =>
  scrape.value("sensor_pulses_total", { sensor }) ?? 0;

const latePulsesMs = 2000;

/** Pulses that a sensor has counted once no more can be on their way. */
const settledPulses = async (program: Program, sensor: string): Promise<number> => {
  await sleep(latePulsesMs);
  return pulses(await program.scrape(), sensor);
};

// In an emulated machine an attempt now and then misses one edge or a few, more often through sysfs, although the kernel
// raised an interrupt for each. Edges merge when nobody looks in between, so a machine that stands still for longer than
// an edge lasts would do that; that this is the only cause is not shown. So this proves that all edges can be counted at
// that rate, not that they always are. What an attempt missed is printed.
const attempts = 4;

interface Counting {
  readonly sensor: string;
  readonly expected: number;
  readonly move: () => Promise<Driven>;
}

/** Makes edges until an attempt had all of them counted, no more and no less; tells of those that had not. */
const countsAll = async (
  program: Program,
  test: TestContext,
  { sensor, expected, move }: Counting,
): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    const before = pulses(await program.scrape(), sensor);
    const { longestGapMs } = await move();
    const counted = (await settledPulses(program, sensor)) - before;
    if (counted === expected) return;
    const found =
      `attempt ${attempt}: ${counted} of ${expected} counted; ` +
      `the longest time between two was ${longestGapMs.toFixed(0)} ms`;
    assert.ok(counted < expected && attempt < attempts, found);
    test.diagnostic(found);
  }
};

/** 100 edges at 20 a second are all counted. */
export const countsEveryEdge = async (program: Program, test: TestContext): Promise<void> => {
  await program.until("meter is up", (now) => isUp(now, "meter"));
  const move = () => drive(lines.meter, { edges: 100, perSecond: 20, leastGapMs: 50 });
  await countsAll(program, test, { sensor: "meter", expected: 100, move });
};

/** Pulses, each over before anybody could read the level, count once each. */
export const countsShortPulses = async (program: Program, test: TestContext): Promise<void> => {
  await program.until("rain is up", (now) => isUp(now, "rain"));
  const move = () => pulse(lines.rain, { pulses: 20, everyMs: 100 });
  await countsAll(program, test, { sensor: "rain", expected: 20, move });
};

/** A digital input follows its line. */
export const followsTheLine = async (program: Program): Promise<void> => {
  const input = (scrape: Scrape) => scrape.value("sensor_input_active", { sensor: "door" });
  await program.until("the input is 0", (now) => input(now) === 0);
  pull(lines.door, "pull-up");
  await program.until("the input is 1", (now) => input(now) === 1);
  pull(lines.door, "pull-down");
  const scrape = await program.until("the input is 0 again", (now) => input(now) === 0);
  assert.equal(scrape.value("sensor_activations_total", { sensor: "door" }), 1);
};

/** A line that another program has is an error as long as it has it. `occupied` ends that program. */
export const waitsForAnotherProgram = async (
  program: Program,
  occupied: Awaited<ReturnType<typeof occupy>>,
): Promise<void> => {
  const scrape = await program.until(
    "busy has failed",
    (now) => failures(now, "busy", "line-unavailable") > 0,
  );
  assert.equal(scrape.value("sensor_pulses_total", { sensor: "busy" }), undefined);
  await occupied();
  await program.until("busy is up", (now) => isUp(now, "busy"));
};

/** A line of the board's own I2C bus is refused; only where the bank is called like a Raspberry Pi's. */
export const refusesTheLineOfABus = async (program: Program, test: TestContext): Promise<void> => {
  if (!isHeader) {
    test.skip(`${bank.label} is not the bank of a Raspberry Pi's header`);
    return;
  }
  await program.until("bus has failed", (now) => failures(now, "bus", "line-reserved") > 0);
};

/** Scrapes every second until that has ended. */
const scrapeDuring = async (program: Program, work: Promise<unknown>): Promise<void> => {
  const pause = new AbortController();
  const ended = work.finally(() => pause.abort());
  while (!pause.signal.aborted) {
    await program.scrape();
    await sleep(1000, undefined, { signal: pause.signal }).catch(() => {});
  }
  await ended;
};

/**
 * Reports what share of edges is lost, with a scrape every second. Nothing but that there are no more than were made is
 * asserted.
 */
export const reportsLoss = async (
  program: Program,
  test: TestContext,
  { perSecond, edges }: { readonly perSecond: number; readonly edges: number },
): Promise<void> => {
  const before = pulses(await program.scrape(), "meter");
  const interruptsBefore = interrupts(lines.meter);
  const moving = drive(lines.meter, { edges, perSecond, leastGapMs: 500 / perSecond });
  await scrapeDuring(program, moving);
  const driven = await moving;
  const counted = (await settledPulses(program, "meter")) - before;
  assert.ok(counted > 0 && counted <= edges, `${counted} of ${edges} edges were counted`);
  const raised = interrupts(lines.meter) - interruptsBefore;
  const lost = ((100 * (edges - counted)) / edges).toFixed(1);
  test.diagnostic(
    `${perSecond} edges/s (${driven.perSecond.toFixed(0)} reached): ${counted} of ${edges} counted, ${lost} % lost; ` +
      `${raised} interrupts; the longest time between two was ${driven.longestGapMs.toFixed(0)} ms`,
  );
};
