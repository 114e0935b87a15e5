import { describe, expect, it } from "vitest";
import { load, problemLines, projectFile, yamlFiles } from "./support.ts";

const good = "test/fixtures/config/good/";

const isFrozenThroughout = (value: unknown): boolean =>
  typeof value !== "object" ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value).every(isFrozenThroughout));

describe("a good configuration file", () => {
  it.each(yamlFiles(good))("becomes what its fixture says: %s", async (name) => {
    const loaded = await load(projectFile(`${good}${name}.yaml`), `${name}.yaml`);
    const expected = JSON.parse(new TextDecoder().decode(projectFile(`${good}${name}.json`)));
    expect(problemLines(loaded)).toEqual([]);
    expect(loaded).toMatchObject({ config: expected });
  });

  it.each(yamlFiles("config/"))("is shipped: %s", async (name) => {
    const loaded = await load(projectFile(`config/${name}.yaml`), `${name}.yaml`);
    expect(problemLines(loaded)).toEqual([]);
  });

  it("cannot be changed once it is loaded", async () => {
    const loaded = await load(projectFile("config/example.yaml"));
    expect("config" in loaded && isFrozenThroughout(loaded.config)).toBe(true);
  });
});

describe("defaults", () => {
  it("are the chip's first address, bus 1, the driver's interval and three of it to expiry", async () => {
    // src/drivers/i2c/sht4x.ts: intervalMs 10 000, addresses 0x44 first (datasheet section 2).
    const loaded = await load("sensors: { attic: { driver: sht4x } }");
    expect(loaded).toEqual({
      config: {
        sensors: [
          {
            name: "attic",
            driver: "sht4x",
            connection: { kind: "i2c", bus: 1, address: 0x44 },
            intervalMs: 10_000,
            expiresMs: 30_000,
            labels: {},
            calibration: {},
            plausibility: {},
            alerts: {},
            derive: [],
            altitudeMeters: undefined,
            options: { precision: "high" },
          },
        ],
        limits: { series: 10_000 },
        gpio: { backend: "auto" },
        simulation: { seed: 1, faults: [] },
        mqtt: [],
        broker: undefined,
      },
    });
  });
});
