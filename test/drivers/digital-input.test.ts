import { describe, expect, it } from "vitest";
import type { GpioLevel } from "../../src/buses/gpio.ts";
import { driver } from "../../src/drivers/gpio/digital-input.ts";
import type { Readings } from "../../src/reading.ts";

/** The driver on a line that starts at `level`, a millisecond between any two things that happen. */
const watch = (level: GpioLevel, configured: unknown = {}) => {
  const options = driver.options.parse(configured);
  let atMs = 1000;
  let state = driver.initial(options, { level, atMs });
  const moment = (now: GpioLevel) => {
    atMs += 1;
    return { level: now, atMs };
  };
  return {
    edge: (to: GpioLevel) => {
      state = driver.reduce(state, moment(to), options);
    },
    read: (now: GpioLevel): Readings => {
      const [corrected, readings] = driver.read(state, moment(now), options);
      state = corrected;
      return readings;
    },
  };
};

describe("a digital input", () => {
  it("reads the level as the state that the configuration names", () => {
    expect(watch(1, { reads: "contact_open" }).read(1)).toEqual({
      contactOpen: 1,
      activationsTotal: 0,
    });
    expect(watch(0).read(0)).toEqual({ inputActive: 0, activationsTotal: 0 });
  });

  it("declares the values that it reads", () => {
    const options = driver.options.parse({ reads: "motion_detected" });
    expect(driver.measurements?.(options)).toMatchObject([
      { key: "motionDetected", quantity: "motionDetected", minimum: 0, maximum: 1 },
      { key: "activationsTotal", quantity: "activationsTotal", minimum: 0 },
    ]);
  });

  it("asks for both edges and to be published at each", () => {
    expect(driver.edges(driver.options.parse({}))).toBe("both");
    expect(driver.publishesEdges).toBe(true);
  });

  it("counts a press that came and went between two readings", () => {
    const button = watch(0);
    button.read(0);
    button.edge(1);
    button.edge(0);
    expect(button.read(0)).toEqual({ inputActive: 0, activationsTotal: 1 });
  });

  it("counts no release", () => {
    const button = watch(1);
    button.edge(0);
    expect(button.read(0)).toEqual({ inputActive: 0, activationsTotal: 0 });
  });

  it("counts a change that only a reading has seen", () => {
    const door = watch(0);
    expect(door.read(1)).toEqual({ inputActive: 1, activationsTotal: 1 });
    expect(door.read(1)).toEqual({ inputActive: 1, activationsTotal: 1 });
    expect(door.read(0)).toEqual({ inputActive: 0, activationsTotal: 1 });
  });

  it("does not count a change again whose edge comes after the reading that saw it", () => {
    const door = watch(0);
    door.read(1);
    door.edge(1);
    expect(door.read(1)).toEqual({ inputActive: 1, activationsTotal: 1 });
  });

  it("refuses to read what is no binary state, and names what is one", () => {
    const result = driver.options.safeParse({ reads: "temperature" });
    expect(result.success).toBe(false);
    expect(result.error?.message).toMatch(/input_active.*contact_open.*motion_detected/s);
  });

  it("refuses keys that it does not know", () => {
    expect(driver.options.safeParse({ invert: true }).success).toBe(false);
  });
});
