import { describe, expect, it } from "vitest";
import { loadDialect } from "../../src/bridge/load-dialect.ts";
import { startDialects } from "./dialect-harness.ts";

describe("the dialect of last resort", async () => {
  const generic = await loadDialect("generic");
  const wirenboard = await loadDialect("wirenboard");

  it("leaves a topic alone of which another dialect knows anything", () => {
    const harness = startDialects({ generic, wirenboard });
    harness.publish("/devices/boiler/controls/Heat/meta", '{"type":"temperature","order":5}');
    harness.publish("/devices/boiler/controls/Heat", "21.5");
    expect(harness.readings()).toEqual({
      'sensor_temperature_celsius{sensor="boiler",channel="Heat"}': 21.5,
      'sensor_up{sensor="boiler"}': 1,
    });
  });

  it("reads a topic of which no other dialect knows anything", () => {
    const harness = startDialects({ wirenboard, generic });
    harness.publish("shed/temperature", "21.5");
    expect(harness.readings()).toEqual({
      'sensor_temperature_celsius{sensor="shed"}': 21.5,
      'sensor_up{sensor="shed"}': 1,
    });
  });
});
