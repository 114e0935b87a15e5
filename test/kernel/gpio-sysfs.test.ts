import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { bank, isThere, unless } from "./environment.ts";
import { isUp } from "./expect.ts";
import {
  configurationFor,
  countsEveryEdge,
  countsShortPulses,
  followsTheLine,
  lines,
  pullAllDown,
  pulses,
  refusesTheLineOfABus,
  reportsLoss,
  waitsForAnotherProgram,
} from "./gpio-cases.ts";
import { occupy, pulse, sysfsBase } from "./lines.ts";
import { makeDirectory, type Program, startProgram } from "./program.ts";

const suite = "lines of gpio-sim through sysfs and onoff";
const skip = unless(suite, {
  "KERNEL_TEST_GPIO_LABEL and KERNEL_TEST_GPIO_SIM (gpio-sim)":
    bank.label !== undefined && bank.simulator !== undefined,
  "/sys/class/gpio/export": isThere("/sys/class/gpio/export"),
});

const configuration = configurationFor("sysfs");

describe(suite, { skip }, () => {
  let program: Program;
  let occupied: Awaited<ReturnType<typeof occupy>>;
  let stateDirectory: string;

  const directoryOf = (line: number): string => `/sys/class/gpio/gpio${sysfsBase() + line}`;

  before(async () => {
    pullAllDown();
    stateDirectory = await makeDirectory();
    occupied = await occupy(lines.busy);
    program = await startProgram({ configuration, stateDirectory });
  });

  after(async () => {
    await program?.stop();
    await occupied?.();
  });

  it("finds a line by the label of its chip and the kernel's number of its first line", async (test) => {
    const scrape = await program.until("meter is up", (now) => isUp(now, "meter"));
    const { backend, chip, line } = scrape.labels("sensor_info", { sensor: "meter" }) ?? {};
    assert.deepEqual(
      { backend, chip, line },
      { backend: "sysfs", chip: bank.label, line: `${lines.meter}` },
    );
    assert.ok(isThere(directoryOf(lines.meter)));
    test.diagnostic(`the first line of ${bank.label} is sysfs GPIO ${sysfsBase()}`);
  });

  it("tells of a line that another program has, and takes it when that has ended", () =>
    waitsForAnotherProgram(program, occupied));

  it("refuses a line of the board's own I2C bus", (test) => refusesTheLineOfABus(program, test));

  it("counts every edge at 20 edges a second", (test) => countsEveryEdge(program, test));

  it("counts pulses that are over at once", (test) => countsShortPulses(program, test));

  it("follows a digital input", () => followsTheLine(program));

  for (const [perSecond, edges] of [
    [50, 150],
    [200, 400],
  ] as const) {
    it(`reports the loss at ${perSecond} edges a second while it is scraped`, (test) =>
      reportsLoss(program, test, { perSecond, edges }));
  }

  it("goes on counting after a stop and a start", async (test) => {
    test.diagnostic(`resident set with four lines: ${await program.residentKilobytes()} kB`);
    const counted = pulses(await program.scrape(), "rain");
    // Counted by the last reading, which is taken at the stop.
    await pulse(lines.rain, { pulses: 3, everyMs: 100 });
    assert.equal(await program.stop(), 0);
    assert.ok(!isThere(directoryOf(lines.meter)));
    program = await startProgram({ configuration, stateDirectory });
    const scrape = await program.until("all lines are watched", (now) =>
      ["meter", "rain", "door", "busy"].every((sensor) => isUp(now, sensor)),
    );
    const restored = pulses(scrape, "rain");
    test.diagnostic(
      `${counted} pulses served, 3 more before the stop, ${restored} after the start`,
    );
    assert.ok(restored > counted && restored <= counted + 3);
    await countsShortPulses(program, test);
  });
});
