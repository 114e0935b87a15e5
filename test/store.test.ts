import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { health } from "../src/health.ts";
import type { CounterTotal } from "../src/store/totals.ts";
import { createStore, type Family, familyOf, type Store } from "../src/store.ts";
import { createVirtualClock } from "./mocks/clock.ts";

const temperature = familyOf("temperatureCelsius");
const pulses = familyOf("pulsesTotal");
const forEver = Number.POSITIVE_INFINITY;

const createSubject = (options: { maximumSeries?: number; restored?: CounterTotal[] } = {}) => {
  const clock = createVirtualClock();
  return { clock, store: createStore({ clock, maximumSeries: 100, ...options }) };
};

/** Sample lines of one family, by its name. */
const samplesOf = (store: Store, name: string): string =>
  store.render().find(({ family }) => family.name === name)?.samples ?? "";

const droppedFor = (store: Store, reason: string): string =>
  /reason="\w+"} \d+/.exec(
    samplesOf(store, health.seriesDropped.name)
      .split("\n")
      .find((line) => line.includes(`"${reason}"`)) ?? "",
  )?.[0] ?? "";

const openReading = (store: Store, sensor: string) =>
  store.open(temperature, { sensor }, { quantity: "temperatureCelsius" });

/** Three series, and beside them the plainest statement of what should be visible. */
const createExpiryWorld = () => {
  let nowMs = 1000;
  const store = createStore({
    clock: { ...createVirtualClock(), nowMs: () => nowMs },
    maximumSeries: 3,
  });
  const models = ["a", "b", "c"].map((sensor) => ({
    sensor,
    series: store.open(temperature, { sensor }),
    value: 0,
    expiresMs: Number.NEGATIVE_INFINITY,
  }));
  const isVisible = ({ expiresMs }: { expiresMs: number }) => expiresMs > nowMs;
  return {
    store,
    models,
    nowMs: () => nowMs,
    wait: (milliseconds: number) => {
      nowMs += milliseconds;
    },
    expected: () =>
      models
        .filter(isVisible)
        .map(({ sensor, value }) => `sensor_temperature_celsius{sensor="${sensor}"} ${value}\n`)
        .join(""),
  };
};

type ExpiryStep = (world: ReturnType<typeof createExpiryWorld>) => void;

const writing = fc
  .record({ index: fc.nat(2), value: fc.nat(3), livesMs: fc.nat(50) })
  .map(({ index, value, livesMs }): ExpiryStep => {
    return ({ models, nowMs }) => {
      const model = models[index];
      if (model === undefined) return;
      Object.assign(model, { value, expiresMs: nowMs() + livesMs });
      model.series?.set(value, nowMs(), model.expiresMs);
    };
  });

const waiting = fc.nat(40).map(
  (milliseconds): ExpiryStep =>
    ({ wait }) =>
      wait(milliseconds),
);

const clearing = fc.nat(2).map(
  (index): ExpiryStep =>
    ({ models }) => {
      const model = models[index];
      model?.series?.clear();
      if (model !== undefined) model.expiresMs = Number.NEGATIVE_INFINITY;
    },
);

describe("a series", () => {
  it("is not served before its first value", () => {
    const { store } = createSubject();
    store.open(temperature, { sensor: "attic" });
    expect(samplesOf(store, temperature.name)).toBe("");
    expect(store.render().map(({ family }) => family.name)).not.toContain(temperature.name);
  });

  it("serves the newest value", () => {
    const { store } = createSubject();
    const series = store.open(temperature, { sensor: "attic" });
    expect(series?.set(21.5, 1000, 2000)).toBe(true);
    expect(samplesOf(store, temperature.name)).toBe(
      'sensor_temperature_celsius{sensor="attic"} 21.5\n',
    );
    series?.set(-0.25, 1001, 2001);
    expect(samplesOf(store, temperature.name)).toBe(
      'sensor_temperature_celsius{sensor="attic"} -0.25\n',
    );
  });

  it("disappears at the moment it expires and comes back with the next value, even the same one", async () => {
    const { store, clock } = createSubject();
    const series = store.open(temperature, { sensor: "attic" });
    series?.set(21.5, 1000, 1100);
    await clock.advance(99);
    expect(samplesOf(store, temperature.name)).toContain("21.5");
    await clock.advance(1);
    expect(samplesOf(store, temperature.name)).toBe("");
    series?.set(21.5, 1100, 1200);
    expect(samplesOf(store, temperature.name)).toContain("21.5");
  });

  it("refuses what is not a finite number and keeps what was there", () => {
    const { store } = createSubject();
    const series = store.open(temperature, { sensor: "attic" });
    series?.set(1, 1000, 2000);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(series?.set(value, 1001, forEver)).toBe(false);
    }
    expect(samplesOf(store, temperature.name)).toContain(" 1\n");
  });

  it("writes minus zero as zero", () => {
    const { store } = createSubject();
    store.open(temperature, { sensor: "attic" })?.set(-0, 1000, 2000);
    expect(samplesOf(store, temperature.name)).toContain(" 0\n");
  });

  it("is gone after it was cleared until it is set again", () => {
    const { store } = createSubject();
    const series = store.open(temperature, { sensor: "attic" });
    series?.set(1, 1000, 2000);
    expect(samplesOf(store, temperature.name)).toContain(" 1\n");
    series?.clear();
    expect(samplesOf(store, temperature.name)).toBe("");
    series?.set(1, 1000, 2000);
    expect(samplesOf(store, temperature.name)).toContain(" 1\n");
  });

  it("takes nothing any more once it is closed, and leaves a new one of its labels alone", () => {
    const { store } = createSubject();
    const old = openReading(store, "attic");
    old?.set(1, 1000, 2000);
    old?.close();
    old?.close();
    expect(old?.set(2, 1000, 2000)).toBe(false);
    const next = openReading(store, "attic");
    next?.set(3, 1000, 2000);
    old?.clear();
    old?.add(1);
    expect(samplesOf(store, temperature.name)).toContain(" 3\n");
    expect(samplesOf(store, health.series.name)).toContain(" 1\n");
  });

  it("is visible exactly as long as it is younger than its expiry, whatever came before", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(writing, waiting, clearing), { maxLength: 40 }), (steps) => {
        const world = createExpiryWorld();
        for (const step of steps) {
          step(world);
          expect(samplesOf(world.store, temperature.name)).toBe(world.expected());
        }
      }),
    );
  });

  it("is visible exactly as long as that also when nobody scraped in between", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(writing, waiting, clearing), { maxLength: 40 }), (steps) => {
        const world = createExpiryWorld();
        for (const step of steps) step(world);
        expect(samplesOf(world.store, temperature.name)).toBe(world.expected());
        const live = [...world.store.readings()].filter(({ family }) => family === temperature);
        expect(live).toHaveLength(world.expected().split("\n").length - 1);
      }),
    );
  });
});

describe("labels", () => {
  const rendered = (labels: Record<string, string>): string | undefined => {
    const { store } = createSubject();
    store.open(temperature, labels)?.set(1, 1000, 2000);
    return samplesOf(store, temperature.name).split("\n", 1)[0]?.replace(temperature.name, "");
  };

  it("stand in one order, the sensor first", () => {
    expect(rendered({ room: "x", channel: "1", sensor: "attic" })).toBe(
      '{sensor="attic",channel="1",room="x"} 1',
    );
  });

  // https://github.com/prometheus/docs, content/docs/instrumenting/exposition_formats.md: backslash, quote, line feed.
  it("are escaped as the format asks", () => {
    expect(rendered({ sensor: 'a\\b"c\nd' })).toBe(String.raw`{sensor="a\\b\"c\nd"} 1`);
  });

  it("without a value are left out, as Prometheus holds them equal to none", () => {
    expect(rendered({ sensor: "attic", room: "" })).toBe('{sensor="attic"} 1');
    expect(rendered({})).toBe(" 1");
  });

  it("never hold half a character, which would make the whole scrape invalid UTF-8", () => {
    expect(rendered({ sensor: "a\ud83db" })).toBe('{sensor="a\ufffdb"} 1');
    expect(rendered({ sensor: "\u{1f321}" })).toBe('{sensor="\u{1f321}"} 1');
  });

  it("with a name that Prometheus refuses or reserves refuse the series, and it is counted", () => {
    for (const name of ["1st", "with-dash", "__name__", "", "é"]) {
      const { store } = createSubject();
      expect(store.open(temperature, { sensor: "attic", [name]: "x" })).toBeUndefined();
      expect(droppedFor(store, "invalid")).toBe('reason="invalid"} 1');
    }
  });
});

describe("the store", () => {
  it("serves families by name and their series by labels, however they were opened", () => {
    const { store } = createSubject();
    for (const sensor of ["b", "a"]) {
      store.open(familyOf("pressurePascals"), { sensor })?.set(1, 1000, 2000);
      store.open(temperature, { sensor })?.set(1, 1000, 2000);
    }
    const readings = [...store.readings()].filter(({ labels }) => labels["sensor"] !== undefined);
    expect(readings.map(({ family, labels }) => [family.name, labels["sensor"]])).toEqual([
      ["sensor_pressure_pascals", "a"],
      ["sensor_pressure_pascals", "b"],
      ["sensor_temperature_celsius", "a"],
      ["sensor_temperature_celsius", "b"],
    ]);
  });

  it("hands out live readings with their quantity, labels and time", () => {
    const { store } = createSubject();
    const labels = { sensor: "attic", room: "top" };
    store.open(temperature, labels, { quantity: "temperatureCelsius" })?.set(21.5, 1000, 2000);
    store.open(health.up, { sensor: "attic" })?.set(1, 1000, forEver);
    const readings = [...store.readings()].filter(({ quantity }) => quantity !== undefined);
    expect(readings).toEqual([
      { quantity: "temperatureCelsius", family: temperature, labels, value: 21.5, atMs: 1000 },
    ]);
  });

  it("refuses readings above the limit, counts them, and takes new ones when some were closed", () => {
    const { store } = createSubject({ maximumSeries: 1 });
    const first = openReading(store, "a");
    expect(openReading(store, "b")).toBeUndefined();
    expect(droppedFor(store, "limit")).toBe('reason="limit"} 1');
    first?.close();
    expect(openReading(store, "b")).toBeDefined();
    expect(samplesOf(store, health.series.name)).toBe("sensor_exporter_series 1\n");
    expect(samplesOf(store, health.seriesLimit.name)).toBe("sensor_exporter_series_limit 1\n");
  });

  it("says how a sensor is even where there is no room for its readings", () => {
    const { store } = createSubject({ maximumSeries: 1 });
    openReading(store, "a");
    store.open(health.up, { sensor: "b" })?.set(0, 1000, forEver);
    expect(samplesOf(store, health.up.name)).toBe('sensor_up{sensor="b"} 0\n');
    expect(samplesOf(store, health.series.name)).toBe("sensor_exporter_series 1\n");
    expect(droppedFor(store, "limit")).toBe('reason="limit"} 0');
  });

  it("takes another limit while it runs, and keeps what is above a lower one", () => {
    const { store } = createSubject({ maximumSeries: 2 });
    openReading(store, "a")?.set(1, 1000, 2000);
    openReading(store, "b")?.set(2, 1000, 2000);
    store.limit(1);
    expect(samplesOf(store, health.seriesLimit.name)).toBe("sensor_exporter_series_limit 1\n");
    expect(samplesOf(store, temperature.name).split("\n")).toHaveLength(3);
    expect(openReading(store, "c")).toBeUndefined();
    store.limit(3);
    expect(openReading(store, "c")).toBeDefined();
  });

  it("refuses a second series of the same labels and counts it", () => {
    const { store } = createSubject();
    store.open(temperature, { sensor: "a", room: "x" })?.set(1, 1000, 2000);
    expect(store.open(temperature, { room: "x", sensor: "a" })).toBeUndefined();
    expect(droppedFor(store, "duplicate")).toBe('reason="duplicate"} 1');
    expect(samplesOf(store, temperature.name).split("\n")).toHaveLength(2);
  });

  it("refuses a family whose type contradicts one of the same name, and one whose name is invalid", () => {
    const { store } = createSubject();
    const contradicting: Family = { ...temperature, type: "counter" };
    store.open(temperature, { sensor: "a" });
    expect(store.open(contradicting, { sensor: "b" })).toBeUndefined();
    expect(store.open({ ...temperature, name: "sensor temperature" }, {})).toBeUndefined();
    expect(droppedFor(store, "invalid")).toBe('reason="invalid"} 2');
  });

  it("shows what it drops from the first scrape on", () => {
    const { store } = createSubject();
    for (const reason of ["limit", "duplicate", "invalid"]) {
      expect(droppedFor(store, reason)).toBe(`reason="${reason}"} 0`);
    }
  });
});

describe("a counter", () => {
  const identity = { sensor: "rain", measurement: "pulsesTotal", metric: "sensor_pulses_total" };
  const open = (store: Store, labels: Record<string, string> = {}) =>
    store.open(
      pulses,
      { sensor: "rain", ...labels },
      { quantity: "pulsesTotal", key: "pulsesTotal", counted: true },
    );

  it("adds up, refuses to go down, and never expires", async () => {
    const { store, clock } = createSubject();
    const series = store.open(health.polls, { sensor: "rain" });
    series?.add(0);
    expect(samplesOf(store, "sensor_polls_total")).toContain(" 0\n");
    series?.add(2);
    series?.add(-1);
    series?.add(Number.NaN);
    await clock.advance(1e9);
    expect(samplesOf(store, "sensor_polls_total")).toContain(" 2\n");
  });

  it("refuses a negative total", () => {
    const { store } = createSubject();
    expect(store.open(pulses, { sensor: "meter" })?.set(-1, 1000, 2000)).toBe(false);
  });

  it("serves a total of its source as it is, also when the source has started again from zero", () => {
    const { store } = createSubject();
    const series = store.open(pulses, { sensor: "meter" });
    series?.set(1000, 1000, 2000);
    series?.set(3, 1000, 2000);
    expect(samplesOf(store, pulses.name)).toContain(" 3\n");
    expect(store.totals()).toEqual([]);
  });

  it("goes on where the process before ended", () => {
    const { store } = createSubject({ restored: [{ ...identity, value: 40 }] });
    const series = open(store);
    expect(samplesOf(store, pulses.name)).toBe("");
    series?.set(0, 1000, 2000);
    expect(samplesOf(store, pulses.name)).toContain(" 40\n");
    series?.set(2, 1000, 2000);
    expect(samplesOf(store, pulses.name)).toContain(" 42\n");
    expect(store.totals()).toEqual([{ ...identity, value: 42 }]);
  });

  it("goes on when its user labels change and its sensor is set up again", () => {
    const { store } = createSubject();
    const before = open(store, { room: "garden" });
    before?.set(5, 1000, 2000);
    before?.close();
    expect(store.totals()).toEqual([{ ...identity, value: 5 }]);
    open(store, { room: "roof" })?.set(1, 1000, 2000);
    expect(samplesOf(store, pulses.name)).toBe(
      'sensor_pulses_total{sensor="rain",room="roof"} 6\n',
    );
  });

  it("does not go on in another unit or of another sensor", () => {
    const { store } = createSubject({
      restored: [
        { ...identity, metric: "sensor_volume_liters_total", value: 7 },
        { ...identity, sensor: "gas", value: 7 },
        { ...identity, measurement: "second", value: 7 },
      ],
    });
    open(store)?.set(1, 1000, 2000);
    expect(samplesOf(store, pulses.name)).toContain(" 1\n");
    expect(store.totals()).toHaveLength(4);
  });

  it("cannot be counted twice at once", () => {
    const { store } = createSubject();
    open(store, { room: "garden" });
    expect(open(store, { room: "roof" })).toBeUndefined();
    expect(droppedFor(store, "duplicate")).toBe('reason="duplicate"} 1');
    expect(samplesOf(store, health.series.name)).toContain(" 1\n");
  });

  it("refuses a count that a double cannot hold exactly", () => {
    const { store } = createSubject();
    expect(open(store)?.set(2 ** 53, 1000, 2000)).toBe(false);
  });

  it("lists what was opened last at the end, so that the longest unused can be given up first", () => {
    const { store } = createSubject({
      restored: [
        { ...identity, value: 1 },
        { ...identity, sensor: "gone", value: 2 },
      ],
    });
    open(store);
    expect(store.totals().map(({ sensor }) => sensor)).toEqual(["gone", "rain"]);
  });

  it("never goes down and loses nothing, however often its count starts again", () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.array(fc.record({ startsAgain: fc.boolean(), more: fc.nat(1000) })),
        (before, steps) => {
          const { store } = createSubject({ restored: [{ ...identity, value: before }] });
          let series = open(store);
          let counted = 0;
          let expected = before;
          for (const { startsAgain, more } of steps) {
            if (startsAgain) {
              series?.close();
              series = open(store);
              counted = 0;
            }
            counted += more;
            expected += more;
            series?.set(counted, 1000, 2000);
            expect(samplesOf(store, pulses.name)).toContain(` ${expected}\n`);
          }
        },
      ),
    );
  });

  it("goes on from its total when its count goes down under an open series", () => {
    const { store } = createSubject();
    const series = open(store);
    for (const counted of [5, 1, 2]) series?.set(counted, 1000, 2000);
    expect(samplesOf(store, pulses.name)).toContain(" 7\n");
  });
});

describe("a moment that is shown by the wall clock", () => {
  // What a board without a battery has after a power cut, and what NTP makes of it some time later.
  const wrongMs = Date.UTC(1970, 0, 1, 0, 0, 10);
  const rightMs = Date.UTC(2026, 10, 27, 12);

  const createStamped = () => {
    const { clock, store } = createSubject();
    clock.setWallMs(wrongMs);
    store.render();
    const series = store.open(health.lastReading, { sensor: "attic" });
    const shown = () => samplesOf(store, health.lastReading.name).trim();
    return { clock, store, series, shown };
  };
  const line = (wallMs: number) =>
    `sensor_last_reading_timestamp_seconds{sensor="attic"} ${wallMs / 1000}`;

  it("is what that clock said when it was taken", async () => {
    const { clock, series, shown } = createStamped();
    series?.stamp(clock.nowMs());
    await clock.advance(5000);
    expect(shown()).toBe(line(wrongMs));
  });

  it("is as long ago as it was when that clock is set, decades on or back", async () => {
    const { clock, series, shown } = createStamped();
    series?.stamp(clock.nowMs());
    await clock.advance(5000);
    clock.setWallMs(rightMs);
    expect(shown()).toBe(line(rightMs - 5000));
    await clock.advance(5000);
    clock.setWallMs(wrongMs);
    expect(shown()).toBe(line(wrongMs - 10_000));
    await clock.advance(5000);
    expect(shown()).toBe(line(wrongMs - 10_000));
  });

  it("stays as it is while that clock is slewed by less than a second", () => {
    const { clock, series, shown } = createStamped();
    series?.stamp(clock.nowMs());
    clock.setWallMs(wrongMs + 1000);
    expect(shown()).toBe(line(wrongMs));
    clock.setWallMs(wrongMs + 1001);
    expect(shown()).toBe(line(wrongMs + 1001));
  });

  it("does not come back when its series has ended", () => {
    const { clock, series, shown } = createStamped();
    series?.stamp(clock.nowMs());
    series?.clear();
    clock.setWallMs(rightMs);
    expect(shown()).toBe("");
    series?.stamp(clock.nowMs());
    expect(shown()).toBe(line(rightMs));
    series?.close();
    clock.setWallMs(wrongMs);
    expect(shown()).toBe("");
    series?.stamp(clock.nowMs());
    clock.setWallMs(rightMs);
    expect(shown()).toBe("");
  });

  it("leaves alone what is no moment", () => {
    const { clock, store } = createStamped();
    openReading(store, "attic")?.set(21, clock.nowMs(), clock.nowMs() + 30_000);
    clock.setWallMs(rightMs);
    expect(samplesOf(store, temperature.name)).toBe(
      'sensor_temperature_celsius{sensor="attic"} 21\n',
    );
  });
});
