import type { GpioLine, GpioRequest } from "../buses/gpio.ts";
import type { Clock } from "../clock.ts";
import type { Connection } from "../config/config.ts";
import type { Edge, GpioDriver, GpioNow } from "../drivers/driver.ts";
import type { Readings } from "../reading.ts";
import { createLineWatch } from "./line-watch.ts";
import { measurementsOf } from "./measurements.ts";
import type { Sensor } from "./sensor.ts";

/** An entry of the configuration, with the driver that was loaded for it and the way to open its line. */
export interface GpioSensorParts {
  readonly name: string;
  readonly driver: GpioDriver<unknown, unknown>;
  /** Name of the driver in the configuration. */
  readonly driverName: string;
  readonly options: unknown;
  readonly connection: Extract<Connection, { readonly kind: "gpio" }>;
  /** Opens the line, which the sensor then owns and closes; called again after it was lost. */
  readonly openLine: (request: GpioRequest, signal: AbortSignal) => Promise<GpioLine>;
  readonly clock: Clock;
}

/** Binds a GPIO driver to its line. What was counted outlives the line: totals go on when it is opened again. */
export const bindGpioSensor = (parts: GpioSensorParts): Sensor<Readings> => {
  const { driver, options, connection, clock } = parts;
  const reduction = createReduction(driver, options);
  const settling = createSettling(clock, connection.debounceMs);
  let changed = () => {};

  const watch = createLineWatch({
    ...parts,
    edges: driver.edges(options),
    onEdge: (edge) => {
      reduction.follow(edge);
      // Only where edges matter at once: a counter that asked to be read at every pulse would be polled all the time.
      if (!driver.publishesEdges) return;
      changed();
      settling.start(() => changed());
    },
    onFailure: () => changed(),
  });

  const read = async (): Promise<Readings> => {
    const level = await watch.level();
    return reduction.read({ level, atMs: clock.nowMs() });
  };

  const close = async (): Promise<void> => {
    // The line first: an edge would start to settle again.
    await Promise.all([watch.close(), settling.stop()]);
  };

  return {
    name: parts.name,
    driver: parts.driverName,
    setUp: async (signal) => {
      await close();
      const { info } = await watch.open(signal);
      // What changed while the line was not watched is seen here, not only at the first reading.
      await read();
      return { measurements: measurementsOf(driver, options), info };
    },
    read: async (signal) => {
      signal.throwIfAborted();
      return await read();
    },
    onChange: (listener) => {
      changed = listener;
    },
    close,
  };
};

/** The driver's state, from the first edge or level on. */
const createReduction = (driver: GpioDriver<unknown, unknown>, options: unknown) => {
  let reduced: { readonly state: unknown } | undefined;
  const stateAt = (first: GpioNow): unknown =>
    reduced === undefined ? driver.initial(options, first) : reduced.state;

  return {
    follow: (edge: Edge): void => {
      // Before its first edge the line had the other level.
      const before = stateAt({ level: edge.level === 1 ? 0 : 1, atMs: edge.atMs });
      reduced = { state: driver.reduce(before, edge, options) };
    },
    read: (now: GpioNow): Readings => {
      const [state, readings] = driver.read(stateAt(now), now, options);
      reduced = { state };
      return readings;
    },
  };
};

/**
 * Asks for one more reading when the lockout after the latest edge is over. Until then further edges are dropped, so
 * the level may have changed, or the edge's own level may have been read amid bounces, without anybody being told.
 */
const createSettling = (clock: Clock, debounceMs: number) => {
  let cancel = new AbortController();
  let running: Promise<void> = Promise.resolve();
  return {
    start: (ask: () => void): void => {
      if (debounceMs === 0) return;
      cancel.abort();
      cancel = new AbortController();
      // Rejects only when cancelled.
      running = clock.sleep(debounceMs, cancel.signal).then(ask, () => {});
    },
    stop: async (): Promise<void> => {
      cancel.abort();
      await running;
    },
  };
};
