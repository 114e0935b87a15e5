/**
 * Time and memory of a scrape, side by side with prom-client's gauges holding the same series.
 * Run: npm run bench
 */
import { Gauge, Registry } from "prom-client";
import { systemClock } from "../src/clock.ts";
import { renderHeader } from "../src/exposition/format.ts";
import { createStore, familyOf } from "../src/store.ts";

const seriesCount = 10_000;
const rounds = 30;
const expiresMs = Number.POSITIVE_INFINITY;
const temperature = familyOf("temperatureCelsius");

/** Anything that holds the series and can be scraped. */
interface Subject {
  readonly set: (index: number, value: number) => void;
  readonly scrape: () => Promise<string> | string;
}

/** Hundredths of a degree, as chips deliver them. */
const temperatureAt = (): number => Math.round(2000 + 1000 * Math.random()) / 100;

const labelsOf = (index: number) => ({
  sensor: `sensor-${index}`,
  room: `room-${index % 100}`,
  floor: `${index % 5}`,
});

const createOurs = (): Subject => {
  const store = createStore({ clock: systemClock, maximumSeries: seriesCount });
  const series = Array.from({ length: seriesCount }, (_, index) =>
    store.open(temperature, labelsOf(index), { quantity: "temperatureCelsius" }),
  );
  return {
    set: (index, value) => series[index]?.set(value, systemClock.nowMs(), expiresMs),
    scrape: () => {
      let text = "";
      for (const { family, samples } of store.render())
        text += renderHeader(family, "text") + samples;
      return text;
    },
  };
};

const createPromClient = (): Subject => {
  const registry = new Registry();
  const gauge = new Gauge({
    name: temperature.name,
    help: temperature.help,
    labelNames: ["sensor", "room", "floor"],
    registers: [registry],
  });
  // As its users write it, and the faster way with the labels bound once.
  const children = Array.from({ length: seriesCount }, (_, index) => gauge.labels(labelsOf(index)));
  return {
    set: (index, value) => children[index]?.set(value),
    scrape: () => registry.metrics(),
  };
};

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Median milliseconds to set that part of the series, and to scrape and encode all of them. */
const measure = async (subject: Subject, changedShare: number) => {
  const setMs: number[] = [];
  const scrapeMs: number[] = [];
  const changed = Math.round(seriesCount * changedShare);
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    for (let index = 0; index < changed; index += 1) {
      subject.set((index * 97 + round) % seriesCount, temperatureAt());
    }
    const setAtMs = performance.now();
    new TextEncoder().encode(await subject.scrape());
    setMs.push(setAtMs - startedMs);
    scrapeMs.push(performance.now() - setAtMs);
  }
  return { setMs: median(setMs), scrapeMs: median(scrapeMs) };
};

const heapBytes = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const run = async (name: string, create: () => Subject) => {
  const before = heapBytes();
  const subject = create();
  for (let index = 0; index < seriesCount; index += 1) subject.set(index, temperatureAt());
  await subject.scrape();
  const bytesPerSeries = (heapBytes() - before) / seriesCount;
  const few = await measure(subject, 0.01);
  const all = await measure(subject, 1);
  console.log(
    `${name.padEnd(12)} ${bytesPerSeries.toFixed(0).padStart(6)} bytes/series` +
      `   1 % changed: set ${few.setMs.toFixed(3)} ms, scrape ${few.scrapeMs.toFixed(2)} ms` +
      `   all changed: set ${all.setMs.toFixed(2)} ms, scrape ${all.scrapeMs.toFixed(2)} ms`,
  );
  return { bytesPerSeries, few: few.scrapeMs, all: all.scrapeMs };
};

console.log(
  `${seriesCount} series, median of ${rounds} scrapes${globalThis.gc ? "" : " (no --expose-gc: ignore bytes)"}`,
);
const theirs = await run("prom-client", createPromClient);
const ours = await run("ours", createOurs);
console.log(
  `prom-client / ours: scrape after 1 % changed ${(theirs.few / ours.few).toFixed(1)}, ` +
    `after all changed ${(theirs.all / ours.all).toFixed(1)}, ` +
    `bytes per series ${(theirs.bytesPerSeries / ours.bytesPerSeries).toFixed(2)}`,
);
