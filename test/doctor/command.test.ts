import { afterAll, describe, expect, it } from "vitest";
import { doctor } from "../../src/commands/doctor.ts";
import { createFakeSystem, createScratch } from "../commands/system.ts";

const scratch = createScratch();
afterAll(scratch.remove);

const run = async (options: Parameters<typeof doctor>[1]) => {
  const system = createFakeSystem();
  return { code: await doctor(system, options), stdout: system.stdout() };
};

describe("doctor", () => {
  it("finds nothing wrong with the simulated house, and ends with 0", async () => {
    const { code, stdout } = await run({ simulate: true });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +ABOUT +FINDING AND REMEDY\n/u);
    expect(stdout).toMatch(
      /^ok +sensors +there, all 8: attic, garden, .*\n\nNothing is wrong\.\n$/mu,
    );
  });

  it("ends with 1 if something is wrong, and says what mends it", async () => {
    const fault = "simulation: { faults: [{ sensor: attic, fault: unplugged }] }";
    const board = scratch.write("board.yaml", `sensors: { attic: { driver: sht4x } }\n${fault}\n`);
    const { code, stdout } = await run({ simulate: true, "config.file": board });
    expect(code).toBe(1);
    expect(stdout).toContain("attic: /dev/i2c-1 0x44: no chip acknowledges");
    expect(stdout).toMatch(
      /→ Check power, wiring and address; `i2cdetect -y 1` should show 44\.\n/u,
    );
    expect(stdout).toMatch(/\nfailures: 1, warnings: 0\n$/u);
  });

  it("prints an object in a line for each finding to programs", async () => {
    const { stdout } = await run({ simulate: true, json: true });
    const results = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(results.at(-1)).toMatchObject({ verdict: "ok", topic: "sensors" });
  });

  it("looks at this machine with a configuration that is wrong, and ends with 1", async () => {
    const file = scratch.write("wrong.yaml", "sensors: { attic: { driver: nothing } }\n");
    const { code, stdout } = await run({ "config.file": file, json: true });
    expect(code).toBe(1);
    expect(stdout).toContain('"verdict":"fail","topic":"configuration"');
    expect(stdout).toContain('"topic":"board"');
  });

  it("does without a configuration", async () => {
    const { stdout } = await run({ json: true });
    expect(stdout).toContain('"verdict":"warn","topic":"configuration"');
  });
});
