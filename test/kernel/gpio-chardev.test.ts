import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { bank, unless } from "./environment.ts";
import { isUp } from "./expect.ts";
import {
  configurationFor,
  countsEveryEdge,
  countsShortPulses,
  followsTheLine,
  lines,
  pullAllDown,
  refusesTheLineOfABus,
  reportsLoss,
  waitsForAnotherProgram,
} from "./gpio-cases.ts";
import { occupy, pull, pulled } from "./lines.ts";
import { type Program, startProgram } from "./program.ts";

const suite = "lines of gpio-sim through the character device and gpiomon";
const skip = unless(suite, {
  "KERNEL_TEST_GPIO_LABEL and KERNEL_TEST_GPIO_SIM (gpio-sim)":
    bank.label !== undefined && bank.simulator !== undefined,
  "gpiomon (package gpiod)": spawnSync("gpiomon", ["--version"]).status === 0,
});

const configuration = configurationFor("chardev", {
  button: {
    driver: "digital-input",
    line: { chip: bank.label, line: lines.button },
    bias: "pull-up",
    active_low: true,
    reads: "button_pressed",
    interval: "500ms",
  },
});

describe(suite, { skip }, () => {
  let program: Program;
  let occupied: Awaited<ReturnType<typeof occupy>>;

  before(async () => {
    pullAllDown();
    occupied = await occupy(lines.busy);
    program = await startProgram({ configuration });
  });

  after(async () => {
    await program?.stop();
    await occupied?.();
  });

  it("finds a line by the label of its chip", async () => {
    const scrape = await program.until("meter is up", (now) => isUp(now, "meter"));
    const { backend, chip, line } = scrape.labels("sensor_info", { sensor: "meter" }) ?? {};
    assert.deepEqual(
      { backend, chip, line },
      { backend: "chardev", chip: bank.label, line: `${lines.meter}` },
    );
  });

  it("tells of a line that another program has, and takes it when that has ended", () =>
    waitsForAnotherProgram(program, occupied));

  it("refuses a line of the board's own I2C bus", (test) => refusesTheLineOfABus(program, test));

  it("pulls a line up for a contact to ground", async () => {
    const button = { sensor: "button" };
    const pressed = "sensor_button_pressed";
    await program.until("it is up", (now) => isUp(now, "button"));
    assert.equal(pulled(lines.button), "pull-up");
    await program.until("it is open", (now) => now.value(pressed, button) === 0);
    pull(lines.button, "pull-down");
    await program.until("it is closed", (now) => now.value(pressed, button) === 1);
  });

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

  it("gives its lines back when it stops", async () => {
    assert.equal(await program.stop(), 0);
    const end = await occupy(lines.meter);
    await end();
  });
});
