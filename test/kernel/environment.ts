import { existsSync } from "node:fs";
import { env, getuid } from "node:process";

// What the machine offers is told by the environment; README.md lists the variables.

const integer = (name: string): number | undefined => {
  const text = env[name];
  return text === undefined || text === "" ? undefined : Number.parseInt(text, 10);
};

const text = (name: string): string | undefined => env[name] || undefined;

/** Whether the tests may bind drivers of the kernel and become another user. */
export const isRoot = getuid?.() === 0;

/** The user that runs the program if the tests run as root; a member of the groups i2c and gpio. */
export const member = text("KERNEL_TEST_USER");

/** An adapter with plain transfers whose chips an emulator answers for. */
export const emulatedBus = {
  number: integer("KERNEL_TEST_I2C_BUS"),
  /** Takes changes of the chips, one JSON object per line. */
  socket: text("KERNEL_TEST_I2C_SOCKET"),
  /** The transfers so far, one per line. */
  log: text("KERNEL_TEST_I2C_LOG"),
};

/** Bus of the kernel's i2c-stub, with chips at 0x44, 0x48 and 0x76. */
export const stubBus = integer("KERNEL_TEST_STUB_BUS");

/** A bank of the kernel's gpio-sim. */
export const bank = {
  label: text("KERNEL_TEST_GPIO_LABEL"),
  /** Directory of sim_gpioN/pull and sim_gpioN/value. */
  simulator: text("KERNEL_TEST_GPIO_SIM"),
};

/** File with the registers of the emulated DS18B20s in the order of their ids, comma between them. */
export const thermometers = text("KERNEL_TEST_W1_RAW");

/** Whether a file exists, such as one that only some kernels have. */
export const isThere = (path: string): boolean => existsSync(path);

/**
 * For the option `skip` of a suite: false if all of its needs are met (their values are true). Else says so loudly, and
 * gives the reason; where nothing may be missing, throws.
 */
export const unless = (suite: string, needs: Readonly<Record<string, boolean>>): string | false => {
  const missing = Object.entries(needs).flatMap(([need, isMet]) => (isMet ? [] : [need]));
  if (missing.length === 0) return false;
  const reason = `missing: ${missing.join(", ")}`;
  if (env["KERNEL_TEST_REQUIRE_ALL"] === "1") throw new Error(`${suite}: ${reason}`);
  console.warn(`\n!!! SKIPPED: ${suite}: ${reason} !!!\n`);
  return reason;
};
