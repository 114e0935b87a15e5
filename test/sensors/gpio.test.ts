import { describe, expect, it } from "vitest";
import type { GpioLevel, GpioLine, GpioRequest } from "../../src/buses/gpio.ts";
import { driver as digitalInput } from "../../src/drivers/gpio/digital-input.ts";
import { driver as pulseCounter } from "../../src/drivers/gpio/pulse-counter.ts";
import { SensorError } from "../../src/errors.ts";
import { bindGpioSensor, type GpioSensorParts } from "../../src/sensors/gpio.ts";
import { createVirtualClock } from "../mocks/clock.ts";

/** A line that the test moves; as the backends do, it stays quiet about nothing, not even after its closing. */
interface FakeLine {
  readonly request: GpioRequest;
  level: GpioLevel;
  isClosed: boolean;
  /** Takes the place of reading the level. */
  readLevel?: () => Promise<GpioLevel>;
  closingFails?: Error;
  readonly edge: (level: GpioLevel) => void;
}

/** A sensor on fake lines, which are kept in the order of their opening; `start` is the level they open with. */
const bind = (
  driver: GpioSensorParts["driver"],
  {
    configured = {},
    debounceMs = 0,
    prepare,
  }: {
    readonly configured?: unknown;
    readonly debounceMs?: number;
    readonly prepare?: (line: FakeLine) => void | Promise<void>;
  } = {},
) => {
  const clock = createVirtualClock();
  const lines: FakeLine[] = [];
  const openLine = async (request: GpioRequest): Promise<GpioLine> => {
    const line: FakeLine = {
      request,
      level: 0,
      isClosed: false,
      edge: (level) => {
        line.level = level;
        request.onEdge({ level, atMs: clock.nowMs() });
      },
    };
    lines.push(line);
    await prepare?.(line);
    return {
      info: { chip: "pinctrl-bcm2711", line: "17", backend: "sysfs" },
      level: async () => (line.readLevel === undefined ? line.level : await line.readLevel()),
      close: async () => {
        line.isClosed = true;
        if (line.closingFails !== undefined) throw line.closingFails;
      },
    };
  };
  const sensor = bindGpioSensor({
    name: "porch",
    driver,
    driverName: "any",
    options: driver.options.parse(configured),
    connection: {
      kind: "gpio",
      address: { line: 17 },
      activeLow: true,
      bias: "pull-up",
      debounceMs,
      allowReserved: false,
    },
    openLine,
    clock,
  });
  const line = (index = lines.length - 1): FakeLine => {
    const found = lines[index];
    if (found === undefined) throw new Error(`no line was opened as number ${index}`);
    return found;
  };
  const never = new AbortController().signal;
  return {
    sensor,
    clock,
    line,
    opened: () => lines.length,
    setUp: () => sensor.setUp(never),
    read: () => sensor.read(never),
  };
};

/** Counts how often the sensor asks to be read. */
const countChanges = ({ sensor }: ReturnType<typeof bind>): (() => number) => {
  let changes = 0;
  sensor.onChange?.(() => {
    changes += 1;
  });
  return () => changes;
};

describe("a sensor on a GPIO line", () => {
  it("asks for its line as it is wired, and for the edges of its driver", async () => {
    const porch = bind(pulseCounter, { configured: { edge: "rising" }, debounceMs: 20 });
    await porch.setUp();
    expect(porch.line().request).toMatchObject({
      address: { line: 17 },
      edges: "rising",
      activeLow: true,
      bias: "pull-up",
      debounceMs: 20,
      allowReserved: false,
    });
  });

  it("tells what it measures and where its line is", async () => {
    const { info, measurements } = await bind(digitalInput).setUp();
    expect(info).toEqual({ chip: "pinctrl-bcm2711", line: "17", backend: "sysfs" });
    expect(measurements).toMatchObject([
      { key: "inputActive", minimum: 0, maximum: 1 },
      { key: "activationsTotal", minimum: 0 },
    ]);
  });

  it("reads every edge seen so far", async () => {
    const rain = bind(pulseCounter, { configured: { counts: { rain: "0.5mm" } } });
    await rain.setUp();
    for (const level of [0, 0, 0] as const) rain.line().edge(level);
    expect(await rain.read()).toEqual({ pulsesTotal: 3, rainMillimetersTotal: 1.5 });
  });

  it("counts an edge that comes before the first level is known", async () => {
    const rain = bind(pulseCounter, { prepare: (line) => line.edge(0) });
    await rain.setUp();
    expect(await rain.read()).toEqual({ pulsesTotal: 1 });
  });

  it("takes a first edge for the change that it is", async () => {
    const door = bind(digitalInput, { prepare: (line) => line.edge(1) });
    await door.setUp();
    expect(await door.read()).toEqual({ inputActive: 1, activationsTotal: 1 });
  });

  it("goes on counting where it was when its line is opened again", async () => {
    const rain = bind(pulseCounter);
    await rain.setUp();
    rain.line().edge(0);
    await rain.setUp();
    expect(rain.line(0).isClosed).toBe(true);
    rain.line(1).edge(0);
    expect(await rain.read()).toEqual({ pulsesTotal: 2 });
  });

  it("drops edges of a line that it has given back", async () => {
    const rain = bind(pulseCounter);
    await rain.setUp();
    await rain.setUp();
    rain.line(0).edge(0);
    expect(await rain.read()).toEqual({ pulsesTotal: 0 });
  });

  it("sees at its set-up what changed while the line was not watched", async () => {
    let level: GpioLevel = 0;
    const door = bind(digitalInput, {
      prepare: (line) => {
        line.level = level;
      },
    });
    await door.setUp();
    level = 1;
    await door.setUp();
    door.line().edge(0);
    expect(await door.read()).toEqual({ inputActive: 0, activationsTotal: 1 });
  });

  it("trusts an edge more than a level that was being read when it came", async () => {
    const door = bind(digitalInput);
    await door.setUp();
    door.line().edge(1);
    door.line().readLevel = async () => {
      door.line().edge(0);
      return 1;
    };
    expect(await door.read()).toEqual({ inputActive: 0, activationsTotal: 1 });
  });

  it("cannot be read before it was set up, nor after it was closed", async () => {
    const rain = bind(pulseCounter);
    await expect(rain.read()).rejects.toMatchObject({ code: "internal" });
    await rain.setUp();
    await rain.sensor.close();
    await expect(rain.read()).rejects.toMatchObject({ code: "internal" });
  });

  it("does nothing once it is cancelled", async () => {
    const rain = bind(pulseCounter);
    const cancelled = AbortSignal.abort(new Error("stopping"));
    await expect(rain.sensor.setUp(cancelled)).rejects.toThrow("stopping");
    expect(rain.opened()).toBe(0);
    await rain.setUp();
    await expect(rain.sensor.read(cancelled)).rejects.toThrow("stopping");
  });
});

describe("a line that cannot be opened", () => {
  it("fails the set-up with the reason, and can be tried again", async () => {
    const refusal = new SensorError("line-unavailable", "gpiochip0 line 17 is in use");
    let refused = 0;
    const rain = bind(pulseCounter, {
      prepare: () => {
        refused += 1;
        if (refused === 1) throw refusal;
      },
    });
    await expect(rain.setUp()).rejects.toBe(refusal);
    await expect(rain.read()).rejects.toMatchObject({ code: "internal" });
    await rain.setUp();
    expect(await rain.read()).toEqual({ pulsesTotal: 0 });
  });

  it("is given back if the sensor was closed meanwhile", async () => {
    let open = () => {};
    const rain = bind(pulseCounter, {
      prepare: () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    });
    const settingUp = rain.setUp();
    const refused = expect(settingUp).rejects.toMatchObject({ code: "line-unavailable" });
    await rain.clock.advance(0);
    await rain.sensor.close();
    open();
    await refused;
    expect(rain.line().isClosed).toBe(true);
  });
});

describe("a line that is lost", () => {
  it("fails every reading with the reason until it is opened again", async () => {
    const rain = bind(pulseCounter);
    await rain.setUp();
    rain.line().edge(0);
    const reason = new SensorError("device-missing", "gpiochip2 is gone");
    rain.line().request.onFailure(reason);
    await expect(rain.read()).rejects.toBe(reason);
    await expect(rain.read()).rejects.toBe(reason);
    await rain.setUp();
    expect(await rain.read()).toEqual({ pulsesTotal: 1 });
  });

  it("keeps a foreign reason as the cause of its own", async () => {
    const rain = bind(pulseCounter);
    await rain.setUp();
    const reason = new Error("exit code 1");
    rain.line().request.onFailure(reason);
    await expect(rain.read()).rejects.toMatchObject({
      code: "line-unavailable",
      message: "the line of porch was lost",
      cause: reason,
    });
  });

  it("keeps the first of several reasons", async () => {
    const rain = bind(pulseCounter);
    await rain.setUp();
    const first = new SensorError("device-missing", "gpiochip2 is gone");
    rain.line().request.onFailure(first);
    rain.line().request.onFailure(new Error("and its file cannot be closed"));
    await expect(rain.read()).rejects.toBe(first);
  });

  it("does not deliver a level that was being read when it was lost", async () => {
    const door = bind(digitalInput);
    await door.setUp();
    const reason = new SensorError("device-missing", "gpiochip2 is gone");
    door.line().readLevel = async () => {
      door.line().request.onFailure(reason);
      return 0;
    };
    await expect(door.read()).rejects.toBe(reason);
  });

  it("is opened again even if it cannot be closed", async () => {
    const rain = bind(pulseCounter);
    await rain.setUp();
    rain.line().closingFails = new Error("EIO");
    rain.line().request.onFailure(new Error("gone"));
    await rain.setUp();
    expect(await rain.read()).toEqual({ pulsesTotal: 0 });
  });

  it("does not matter any more once it was given back", async () => {
    const rain = bind(pulseCounter);
    await rain.setUp();
    await rain.setUp();
    rain.line(0).request.onFailure(new Error("gone"));
    expect(await rain.read()).toEqual({ pulsesTotal: 0 });
  });
});

describe("asking to be read", () => {
  it("happens at once for an input whose edges are published", async () => {
    const door = bind(digitalInput);
    const changes = countChanges(door);
    await door.setUp();
    door.line().edge(1);
    expect(changes()).toBe(1);
    await door.clock.advance(1000);
    expect(changes()).toBe(1);
  });

  it("happens again when the lockout of the debounce is over", async () => {
    const door = bind(digitalInput, { debounceMs: 20 });
    const changes = countChanges(door);
    await door.setUp();
    door.line().edge(1);
    await door.clock.advance(19);
    expect(changes()).toBe(1);
    await door.clock.advance(1);
    expect(changes()).toBe(2);
  });

  it("waits for the lockout of the last of several edges", async () => {
    const door = bind(digitalInput, { debounceMs: 20 });
    const changes = countChanges(door);
    await door.setUp();
    door.line().edge(1);
    await door.clock.advance(10);
    door.line().edge(0);
    await door.clock.advance(19);
    expect(changes()).toBe(2);
    await door.clock.advance(1);
    expect(changes()).toBe(3);
  });

  it("so catches a press that was misread amid its bounces", async () => {
    const button = bind(digitalInput, { debounceMs: 20 });
    await button.setUp();
    let last: unknown;
    button.sensor.onChange?.(() => {
      last = button.read();
    });
    button.line().edge(0);
    button.line().level = 1;
    await button.clock.advance(20);
    expect(await last).toEqual({ inputActive: 1, activationsTotal: 1 });
  });

  it.each([
    ["an input", digitalInput],
    ["a counter, which misses pulses until it has another one", pulseCounter],
  ])("happens when the line of %s is lost", async (_what, driver) => {
    const sensor = bind(driver);
    const changes = countChanges(sensor);
    await sensor.setUp();
    sensor.line().request.onFailure(new Error("gone"));
    expect(changes()).toBe(1);
  });

  it("ends with the closing, lockout or not", async () => {
    const door = bind(digitalInput, { debounceMs: 20 });
    const changes = countChanges(door);
    await door.setUp();
    door.line().edge(1);
    await door.sensor.close();
    door.line().edge(0);
    door.line().request.onFailure(new Error("gone"));
    await door.clock.advance(100);
    expect(changes()).toBe(1);
    expect(door.clock.pending()).toBe(0);
  });

  it("does not happen for each pulse of a counter, which is read in its rhythm", async () => {
    const rain = bind(pulseCounter, { debounceMs: 20 });
    const changes = countChanges(rain);
    await rain.setUp();
    rain.line().edge(0);
    await rain.clock.advance(100);
    expect(changes()).toBe(0);
  });
});

describe("closing", () => {
  it("gives the line back once, however often it is called", async () => {
    const rain = bind(pulseCounter);
    await rain.setUp();
    await rain.sensor.close();
    rain.line().closingFails = new Error("closed twice");
    await rain.sensor.close();
    expect(rain.line().isClosed).toBe(true);
  });

  it("says so if a line that works cannot be given back", async () => {
    const rain = bind(pulseCounter);
    await rain.setUp();
    rain.line().closingFails = new Error("EBUSY");
    await expect(rain.sensor.close()).rejects.toThrow("EBUSY");
  });
});
