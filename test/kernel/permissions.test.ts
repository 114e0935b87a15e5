import { after, before, describe, it } from "node:test";
import { bank, isRoot, isThere, member, stubBus, unless } from "./environment.ts";
import { failures } from "./expect.ts";
import { type Program, startProgram } from "./program.ts";

const suite = "a user without the groups i2c and gpio";
const skip = unless(suite, {
  "root and KERNEL_TEST_USER, to become that user": isRoot && member !== undefined,
  KERNEL_TEST_STUB_BUS: stubBus !== undefined,
  KERNEL_TEST_GPIO_LABEL: bank.label !== undefined,
  "/sys/class/gpio/export": isThere("/sys/class/gpio/export"),
});

const line = { chip: bank.label, line: 5 };
const configuration = {
  sensors: {
    chip: { driver: "bme280", bus: stubBus, address: 0x76, interval: "1s" },
    "line through sysfs": { driver: "pulse-counter", line, interval: "1s" },
    "line through the character device": {
      driver: "pulse-counter",
      line: { ...line, line: 6 },
      bias: "disabled",
      interval: "1s",
    },
  },
};

describe(suite, { skip }, () => {
  let program: Program;

  before(async () => {
    program = await startProgram({ configuration, isStranger: true });
  });

  after(async () => {
    await program?.stop();
  });

  for (const sensor of Object.keys(configuration.sensors)) {
    it(`is told that it may not use a ${sensor}`, async () => {
      const code = "permission-denied";
      await program.until("it failed", (now) => failures(now, sensor, code) > 0);
    });
  }
});
