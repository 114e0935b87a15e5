import type { Clock } from "../clock.ts";
import type { Config, SensorConfig } from "../config/config.ts";
import { messageOf } from "../errors.ts";
import type { Close } from "../lifecycle.ts";
import type { Log } from "../log.ts";
import { startPolling } from "../poll.ts";
import type { Store } from "../store.ts";
import type { Progress } from "../systemd/progress.ts";
import { sayMissingModulesOnce } from "./module-notice.ts";
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
  /**
   * Stops what is gone, restarts what has changed, starts what is new, and leaves the rest untouched. Rejects before
   * it has changed anything if a driver cannot be loaded; does nothing once closed.
   */
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
  /** Watches that every sensor's loop goes round; nobody does if left out. */
  readonly progress?: Progress | undefined;
}

interface Running extends RosterEntry {
  readonly signature: string;
  readonly close: Close;
}

/** Two sensors of the same signature are the same: nothing about them needs a restart. Alerts are for Prometheus. */
const signatureOf = ({ alerts, ...sensor }: SensorConfig, config: Config): string =>
  JSON.stringify([sensor, sensor.connection.kind === "gpio" ? config.gpio : undefined]);

const startSensor = (
  sensor: Sensor,
  sensorConfig: SensorConfig,
  config: Config,
  { store, clock, log, random, observePoll, progress }: RosterDependencies,
): Running => {
  const vitalSigns = openVitalSigns({ store, clock, config: sensorConfig, observePoll });
  const publisher = createPublisher({
    store,
    config: sensorConfig,
    log,
    onRejected: vitalSigns.rejected,
  });
  const watched = progress?.watch(sensorConfig.name);
  watched?.expect(clock.nowMs());
  const stop = startPolling({
    sensor,
    config: sensorConfig,
    publisher,
    vitalSigns,
    clock,
    log,
    random,
    onStep: watched && ((longestMs) => watched.expect(clock.nowMs() + longestMs)),
  });
  return {
    config: sensorConfig,
    status: vitalSigns.status,
    signature: signatureOf(sensorConfig, config),
    // A device that cannot be given back must not keep the other sensors from being closed or replaced.
    close: () => {
      const closed = stop().catch((error: unknown) =>
        log.error("close_failed", { sensor: sensorConfig.name, error: messageOf(error) }),
      );
      watched?.end();
      return closed;
    },
  };
};

/** Runs tasks one after the other, whether they succeed or not. */
const createSequence = () => {
  let last: Promise<unknown> = Promise.resolve();
  return (task: () => Promise<void>): Promise<void> => {
    const ended = last.then(task);
    last = ended.catch(() => {});
    return ended;
  };
};

/** A roster without sensors. */
export const createRoster = (given: RosterDependencies): Roster => {
  const dependencies = { ...given, log: sayMissingModulesOnce(given.log) };
  let running: ReadonlyMap<string, Running> = new Map();
  let isClosed = false;
  // A reload may be under way when the program is asked to stop.
  const inTurn = createSequence();

  const apply = async (config: Config): Promise<void> => {
    if (isClosed) return;
    const kept = new Set<Running>();
    const starts: (readonly [name: string, start: () => Running])[] = [];
    for (const wanted of config.sensors) {
      const known = running.get(wanted.name);
      if (known?.signature === signatureOf(wanted, config)) {
        kept.add(known);
        starts.push([wanted.name, () => known]);
      } else {
        // Touches no hardware; all of it comes first, so that a driver that cannot be loaded changes nothing.
        const sensor = await dependencies.bind(wanted, config);
        starts.push([wanted.name, () => startSensor(sensor, wanted, config, dependencies)]);
      }
    }
    const gone = [...running.values()].filter((entry) => !kept.has(entry));
    // A line or a series must be given back before the changed sensor asks for it again.
    await closeAll(gone);
    running = new Map(starts.map(([name, start]) => [name, start()]));
  };

  return {
    apply: (config) => inTurn(() => apply(config)),
    entries: () => [...running.values()],
    close: () => {
      isClosed = true;
      return inTurn(() => closeAll([...running.values()]));
    },
  };
};

const closeAll = async (entries: readonly Running[]): Promise<void> => {
  await Promise.all(entries.map((entry) => entry.close()));
};
