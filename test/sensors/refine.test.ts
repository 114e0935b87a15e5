import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Calibration, Plausibility } from "../../src/config/config.ts";
import type { Measurement } from "../../src/reading.ts";
import { createRefine } from "../../src/sensors/refine.ts";

const temperature: Measurement = {
  key: "temperatureCelsius",
  quantity: "temperatureCelsius",
  minimum: -40,
  maximum: 85,
};
const humidity: Measurement = { key: "relativeHumidityRatio", quantity: "relativeHumidityRatio" };

const refineTemperature = (
  settings: { calibration?: Calibration; plausible?: Plausibility } = {},
) =>
  createRefine(temperature, {
    calibration:
      settings.calibration === undefined ? {} : { temperatureCelsius: settings.calibration },
    plausibility:
      settings.plausible === undefined ? {} : { temperatureCelsius: settings.plausible },
  });

describe("refining a value", () => {
  it("passes on what needs no correction", () => {
    expect(refineTemperature()(21.5)).toEqual({ value: 21.5 });
  });

  it("drops the noise of floating point behind nine digits, but no digit of a total", () => {
    expect(refineTemperature()(0.1 + 0.2)).toEqual({ value: 0.3 });
    expect(refineTemperature()(20.97484902245924)).toEqual({ value: 20.974849 });
    const total = createRefine(
      { key: "pulsesTotal", quantity: "pulsesTotal" },
      { calibration: {}, plausibility: {} },
    );
    expect(total(1_234_567_890_123)).toEqual({ value: 1_234_567_890_123 });
  });

  it("never rounds away what stands before the decimal point", () => {
    // 2026-11-21T12:34:56Z by date(1).
    const refine = createRefine(
      { key: "timestampSeconds", quantity: "timestampSeconds" },
      { calibration: {}, plausibility: {} },
    );
    expect(refine(1_795_264_496)).toEqual({ value: 1_795_264_496 });
  });

  it("scales first and adds the offset then", () => {
    const refine = refineTemperature({ calibration: { scale: 1.5, offset: -2 } });
    expect(refine(20)).toEqual({ value: 28 });
  });

  it.each([Number.NaN, Infinity, -Infinity])("refuses %d as not a number", (raw) => {
    expect(refineTemperature()(raw)).toEqual({ rejected: "not-a-number" });
  });

  it.each([-40.1, 85.1])("refuses %d °C from a device that measures -40 to 85", (raw) => {
    expect(refineTemperature()(raw)).toEqual({ rejected: "out-of-range" });
  });

  it("holds the device's limits against what it measured, not against the calibrated value", () => {
    const refine = refineTemperature({ calibration: { scale: 1, offset: 5 } });
    expect(refine(84)).toEqual({ value: 89 });
    expect(refine(-41)).toEqual({ rejected: "out-of-range" });
  });

  it("crops a calibrated humidity to saturation instead of losing it in fog", () => {
    const refine = createRefine(humidity, {
      calibration: { relativeHumidityRatio: { scale: 1, offset: 0.02 } },
      plausibility: {},
    });
    expect(refine(0.99)).toEqual({ value: 1 });
  });

  it("refuses more than all the water that air can hold", () => {
    const refine = createRefine(humidity, { calibration: {}, plausibility: {} });
    expect(refine(1.2)).toEqual({ rejected: "out-of-range" });
  });

  it("holds the user's plausibility against the calibrated value", () => {
    const refine = refineTemperature({
      calibration: { scale: 1, offset: 10 },
      plausible: { minimum: 0, maximum: 30 },
    });
    expect(refine(19)).toEqual({ value: 29 });
    expect(refine(21)).toEqual({ rejected: "implausible" });
    expect(refine(-11)).toEqual({ rejected: "implausible" });
  });
});

describe("the limit on jumps", () => {
  const jumps = () => refineTemperature({ plausible: { maximumJump: 5 } });

  it("accepts the first value, whatever it is", () => {
    expect(jumps()(80)).toEqual({ value: 80 });
  });

  it("refuses a spike and accepts the value after it", () => {
    const refine = jumps();
    expect([20, 60, 21].map(refine)).toEqual([{ value: 20 }, { rejected: "jump" }, { value: 21 }]);
  });

  it("follows a step that a second reading confirms", () => {
    const refine = jumps();
    expect([20, 60, 61].map(refine)).toEqual([{ value: 20 }, { rejected: "jump" }, { value: 61 }]);
  });

  it("never refuses for ever when the world has changed", () => {
    fc.assert(
      fc.property(fc.double({ min: -40, max: 85, noNaN: true }), (value) => {
        const refine = jumps();
        refine(20);
        refine(value);
        expect(refine(value)).toEqual({ value: expect.closeTo(value, 5) });
      }),
    );
  });
});
