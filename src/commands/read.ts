import type { Config, SensorConfig } from "../config/config.ts";
import { displayName, displayValue } from "../display.ts";
import { StartError } from "../errors.ts";
import { createLog } from "../log.ts";
import { choosePlatform } from "../platform.ts";
import { createPolls } from "../poll.ts";
import { bindSensor } from "../sensors/bind.ts";
import { createFixtures, type Fixtures } from "../sensors/fixtures.ts";
import { createPublisher } from "../sensors/publish.ts";
import type { RejectionReason } from "../sensors/refine.ts";
import { openVitalSigns, type SensorStatus } from "../sensors/vital-signs.ts";
import { createStore, type StoredReading } from "../store.ts";
import { loadOrComplain } from "./configuration.ts";
import { exitCodes, type System } from "./system.ts";
import { renderTable } from "./table.ts";

/** Flags of `read`. */
export interface ReadOptions {
  readonly "config.file"?: string;
  readonly simulate?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** What one poll of a sensor gave. */
interface Outcome {
  readonly sensor: SensorConfig;
  readonly readings: readonly StoredReading[];
  readonly rejected: readonly RejectionReason[];
  readonly error: SensorStatus["error"];
}

/** A sensor that is polled by hand. */
interface Reader {
  readonly sensor: SensorConfig;
  readonly poll: (signal: AbortSignal) => Promise<Outcome>;
  readonly close: () => Promise<void>;
}

const silence = createLog({ level: "error", format: "logfmt", write: () => {}, wallMs: () => 0 });

/** Reads a sensor the way `serve` does, calibration and plausibility included, into a store of its own. */
const createReader = async (
  config: SensorConfig,
  whole: Config,
  fixtures: Fixtures,
): Promise<Reader> => {
  const { clock } = fixtures;
  const store = createStore({ clock, maximumSeries: whole.limits.series });
  let rejected: RejectionReason[] = [];
  const vitalSigns = openVitalSigns({ store, clock, config, observePoll: () => {} });
  const sensor = await bindSensor(config, whole, fixtures);
  const polls = createPolls({
    sensor,
    config,
    publisher: createPublisher({
      store,
      config,
      log: silence,
      onRejected: (reason) => rejected.push(reason),
    }),
    vitalSigns,
    clock,
    log: silence,
  });
  return {
    sensor: config,
    poll: async (signal) => {
      rejected = [];
      await polls.poll(signal);
      const { error } = vitalSigns.status();
      const readings = [...store.readings()].filter(({ quantity }) => quantity !== undefined);
      return { sensor: config, readings: error === undefined ? readings : [], rejected, error };
    },
    close: () => sensor.close(),
  };
};

const rowsOf = ({ sensor, readings, rejected, error }: Outcome): readonly (readonly string[])[] => [
  ...readings.map(({ quantity, labels, value }) =>
    quantity === undefined
      ? []
      : [sensor.name, displayName(quantity, labels["channel"]), displayValue(quantity, value)],
  ),
  ...rejected.map((reason) => [sensor.name, "rejected", reason]),
  ...(error === undefined
    ? []
    : [[sensor.name, "failed", `${error.code}: ${error.message}\n${error.remedy}`]]),
];

const jsonOf = ({ sensor, readings, rejected, error }: Outcome, time: string): string =>
  [
    ...readings.map(({ family, labels, value }) => ({ time, metric: family.name, labels, value })),
    ...rejected.map((reason) => ({ time, sensor: sensor.name, rejected: reason })),
    ...(error === undefined
      ? []
      : [
          {
            time,
            sensor: sensor.name,
            error: { code: error.code, message: error.message, remedy: error.remedy },
          },
        ]),
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");

const headings = ["sensor", "quantity", "value"];

const print = (system: System, outcomes: readonly Outcome[], options: ReadOptions): void => {
  const time = new Date(system.clock.wallMs()).toISOString();
  if (options.json === true) {
    for (const outcome of outcomes) system.print(jsonOf(outcome, time));
    return;
  }
  const table = renderTable(headings, outcomes.flatMap(rowsOf));
  system.print(options.watch === true ? `${time}\n${table}\n` : table);
};

const chosen = (config: Config, names: readonly string[]): readonly SensorConfig[] => {
  if (names.length === 0) return config.sensors;
  return [...new Set(names)].map((name) => {
    const sensor = config.sensors.find((candidate) => candidate.name === name);
    if (sensor !== undefined) return sensor;
    const known = config.sensors.map((candidate) => candidate.name).join(", ");
    throw new StartError(`there is no sensor "${name}"; the configuration has ${known}`);
  });
};

const readOnce = async (
  readers: readonly Reader[],
  system: System,
  options: ReadOptions,
): Promise<number> => {
  const outcomes = await Promise.all(readers.map((reader) => reader.poll(system.stop)));
  if (system.stop.aborted) return exitCodes.stopped;
  print(system, outcomes, options);
  return outcomes.some(({ error }) => error !== undefined) ? exitCodes.failed : exitCodes.stopped;
};

const watch = async (
  readers: readonly Reader[],
  system: System,
  options: ReadOptions,
): Promise<number> => {
  const watchOne = async (reader: Reader): Promise<void> => {
    while (!system.stop.aborted) {
      const outcome = await reader.poll(system.stop);
      if (system.stop.aborted) return;
      print(system, [outcome], options);
      await system.clock.sleep(reader.sensor.intervalMs, system.stop).catch(() => {});
    }
  };
  await Promise.all(readers.map(watchOne));
  return exitCodes.stopped;
};

/** Reads sensors once, or again and again, and shows what they say in units that people use. */
export const read = async (
  system: System,
  options: ReadOptions,
  names: readonly string[],
): Promise<number> => {
  const loaded = await loadOrComplain(system, options["config.file"]);
  if (loaded === undefined) return exitCodes.badConfiguration;
  const { config } = loaded;
  const sensors = chosen(config, names);
  if (sensors.length === 0) {
    system.complain(
      "sensor-exporter: the configuration has no sensor of this board to read; `explain --listen 30s` shows what brokers deliver\n",
    );
    return exitCodes.stopped;
  }
  const platform = await choosePlatform(options.simulate === true, system.clock);
  await platform.prepare(config);
  const fixtures = createFixtures(platform, system.clock);
  const readers = await Promise.all(
    sensors.map((sensor) => createReader(sensor, config, fixtures)),
  );
  try {
    return await (options.watch === true ? watch : readOnce)(readers, system, options);
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
    await fixtures.close();
    await platform.close();
  }
};
