import type { Clock } from "../clock.ts";
import type { Config, SensorConfig } from "../config/config.ts";
import type { Close } from "../lifecycle.ts";
import type { Log } from "../log.ts";
import { startPolling } from "../poll.ts";
import type { Store } from "../store.ts";
import { createPublisher } from "./publish.ts";
import type { Sensor } from "./sensor.ts";
import { openVitalSigns, type SensorStatus } from "./vital-signs.ts";

/** A sensor of the configuration and how it is doing. */
export interface RosterEntry {
  readonly config: SensorConfig;
  readonly status: () => SensorStatus;
}

/** The sensors that are being polled. */
export interface Roster {
  /** Stops what is gone, restarts what has changed, starts what is new, and leaves the rest untouched. */
  readonly apply: (config: Config) => Promise<void>;
  readonly entries: () => readonly RosterEntry[];
  readonly close: Close;
}

export interface RosterDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly observePoll: (driver: string, seconds: number) => void;
  readonly bind: (sensor: SensorConfig, config: Config) => Promise<Sensor>;
}

interface Running extends RosterEntry {
  readonly signature: string;
  readonly close: Close;
}

/** Two sensors of the same signature are the same: nothing about them needs a restart. */
const signatureOf = (sensor: SensorConfig, config: Config): string =>
  JSON.stringify([sensor, sensor.connection.kind === "gpio" ? config.gpio : undefined]);

const startSensor = async (
  sensorConfig: SensorConfig,
  config: Config,
  { store, clock, log, random, observePoll, bind }: RosterDependencies,
): Promise<Running> => {
  const sensor = await bind(sensorConfig, config);
  const vitalSigns = openVitalSigns({ store, clock, config: sensorConfig, observePoll });
  const publisher = createPublisher({
    store,
    config: sensorConfig,
    onRejected: vitalSigns.rejected,
  });
  return {
    config: sensorConfig,
    status: vitalSigns.status,
    signature: signatureOf(sensorConfig, config),
    close: startPolling({
      sensor,
      config: sensorConfig,
      publisher,
      vitalSigns,
      clock,
      log,
      random,
    }),
  };
};

/** A roster without sensors. */
export const createRoster = (dependencies: RosterDependencies): Roster => {
  let running: ReadonlyMap<string, Running> = new Map();
  return {
    apply: async (config) => {
      const isKept = ({ config: { name }, signature }: Running) => {
        const wanted = config.sensors.find((sensor) => sensor.name === name);
        return wanted !== undefined && signatureOf(wanted, config) === signature;
      };
      const gone = [...running.values()].filter((entry) => !isKept(entry));
      // A line or a series must be given back before the changed sensor asks for it again.
      await Promise.all(gone.map((entry) => entry.close()));
      const next = new Map<string, Running>();
      for (const sensor of config.sensors) {
        const kept = running.get(sensor.name);
        const isSame = kept !== undefined && isKept(kept);
        next.set(sensor.name, isSame ? kept : await startSensor(sensor, config, dependencies));
      }
      running = next;
    },
    entries: () => [...running.values()],
    close: async () => {
      await Promise.all([...running.values()].map((entry) => entry.close()));
    },
  };
};
