import type { SensorConfig } from "../config/config.ts";
import { SensorError } from "../errors.ts";
import type { Log, LogFields } from "../log.ts";
import { definitionOf, type Quantity } from "../quantities.ts";
import type { ChannelReadings, Measurement } from "../reading.ts";
import { familyOf, type Series, type Store } from "../store.ts";
import { derivedMeasurements, deriveValues } from "./derive.ts";
import { createRefine, type Refine, type RejectionReason, rejectionRemedies } from "./refine.ts";

/** Puts the readings of one sensor into the store. */
export interface Publisher {
  /** Opens a series for each measurement; those that a setup before has opened go on. */
  readonly open: (measurements: readonly Measurement[]) => void;
  /**
   * Calibrates, checks and stores what was read at `atMs`; a value that is refused leaves the others alone. False if
   * none was left.
   */
  readonly publish: (readings: ChannelReadings, atMs: number) => boolean;
  /** Ends all its series. */
  readonly close: () => void;
}

interface Channel {
  readonly measurement: Measurement;
  readonly refine: Refine;
  readonly series: Series | undefined;
  /** Why its latest value was refused; undefined if it was not. */
  rejection: RejectionReason | undefined;
}

// A line has no memory: what its driver counts begins at zero with every start of the program.
const countsItself = ({ connection }: SensorConfig, { quantity }: Measurement): boolean =>
  connection.kind === "gpio" && definitionOf(quantity).type === "counter";

const signatureOf = (measurement: Measurement): string => JSON.stringify(measurement);

/** A publisher of what `config` describes; `onRejected` counts what was refused. */
export const createPublisher = ({
  store,
  config,
  log,
  onRejected,
}: {
  readonly store: Store;
  readonly config: SensorConfig;
  readonly log: Log;
  readonly onRejected: (reason: RejectionReason) => void;
}): Publisher => {
  let channels: ReadonlyMap<string, Channel> = new Map();

  const openChannel = (measurement: Measurement): Channel => ({
    measurement,
    refine: createRefine(measurement, config),
    series: store.open(
      familyOf(measurement.quantity),
      { sensor: config.name, ...config.labels, ...measurement.labels },
      {
        quantity: measurement.quantity,
        key: measurement.key,
        counted: countsItself(config, measurement),
      },
    ),
    rejection: undefined,
  });

  const reject = (channel: Channel, reason: RejectionReason, fields: LogFields): void => {
    onRejected(reason);
    // Once per change of state: the counter says how often.
    if (channel.rejection === reason) return;
    channel.rejection = reason;
    const { key } = channel.measurement;
    const remedy = rejectionRemedies[reason];
    log.warn("rejected", { sensor: config.name, reading: key, reason, ...fields, remedy });
  };

  const storeValue = (
    key: string,
    value: number | SensorError,
    atMs: number,
  ): number | undefined => {
    const channel = channels.get(key);
    if (channel === undefined) return undefined;
    if (value instanceof SensorError) {
      reject(channel, "unreadable", { code: value.code, error: value.message });
      return undefined;
    }
    const refined = channel.refine(value);
    if ("rejected" in refined) {
      reject(channel, refined.rejected, { value });
      return undefined;
    }
    channel.rejection = undefined;
    channel.series?.set(refined.value, atMs, atMs + config.expiresMs);
    return refined.value;
  };

  return {
    open: (measurements) => {
      const wanted = new Map(
        [...measurements, ...derivedMeasurements(config.derive)].map((one) => [
          signatureOf(one),
          one,
        ]),
      );
      const kept = new Map<string, Channel>();
      for (const channel of channels.values()) {
        const signature = signatureOf(channel.measurement);
        if (wanted.delete(signature)) kept.set(channel.measurement.key, channel);
        else channel.series?.close();
      }
      for (const measurement of wanted.values())
        kept.set(measurement.key, openChannel(measurement));
      channels = kept;
    },
    publish: (readings, atMs) => {
      const values = new Map<Quantity, number>();
      for (const [key, raw] of Object.entries(readings)) {
        const value = raw === undefined ? undefined : storeValue(key, raw, atMs);
        const channel = channels.get(key);
        if (value !== undefined && channel !== undefined)
          values.set(channel.measurement.quantity, value);
      }
      for (const [key, value] of deriveValues(config, values)) storeValue(key, value, atMs);
      return values.size > 0;
    },
    close: () => {
      for (const { series } of channels.values()) series?.close();
      channels = new Map();
    },
  };
};
