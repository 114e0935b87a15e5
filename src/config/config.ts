import type { GpioAddress, GpioBias } from "../buses/gpio.ts";
import type { Quantity } from "../quantities.ts";
import type { Labels } from "../reading.ts";
import type { EmbeddedBrokerConfig, MqttBrokerConfig } from "./bridge-config.ts";

/** Corrected = measured × scale + offset, in the quantity's base unit. */
export interface Calibration {
  readonly scale: number;
  readonly offset: number;
}

/** What a user holds plausible; readings outside are rejected and counted. Base unit. */
export interface Plausibility {
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  /** Largest change between two readings in a row; undefined for no limit. */
  readonly maximumJump?: number | undefined;
}

/** When Prometheus is to tell about a quantity; base unit. */
export interface AlertConfig {
  readonly below?: number | undefined;
  readonly above?: number | undefined;
  /** The value of a state. */
  readonly is?: 0 | 1 | undefined;
  /** How long that must be so. */
  readonly forMs: number;
  /** How long it must not have changed. */
  readonly unchangedMs?: number | undefined;
  readonly severity: "critical" | "warning" | "info";
}

/** A quantity computed from others of the same sensor. */
export type Derivation = "dew_point" | "absolute_humidity" | "sea_level_pressure";

/** How a sensor is reached; which form depends on the kind of its driver. */
export type Connection =
  | { readonly kind: "i2c"; readonly bus: number; readonly address: number }
  | {
      readonly kind: "gpio";
      readonly address: GpioAddress;
      readonly activeLow: boolean;
      readonly bias?: GpioBias | undefined;
      readonly debounceMs: number;
      readonly allowReserved: boolean;
    }
  | { readonly kind: "kernel" };

/** One entry below `sensors:`. */
export interface SensorConfig {
  readonly name: string;
  readonly driver: string;
  readonly connection: Connection;
  readonly intervalMs: number;
  /** Age at which its readings end; three intervals by default. */
  readonly expiresMs: number;
  readonly labels: Labels;
  readonly calibration: Readonly<Partial<Record<Quantity, Calibration>>>;
  readonly plausibility: Readonly<Partial<Record<Quantity, Plausibility>>>;
  readonly derive: readonly Derivation[];
  /** For the rules of Prometheus; nothing that runs looks at them. */
  readonly alerts: Readonly<Partial<Record<Quantity, AlertConfig>>>;
  readonly altitudeMeters?: number | undefined;
  /** Output of the driver's own options schema. */
  readonly options: unknown;
}

/** A fault that the simulation plays: from `afterMs` on for `forMs`, again every `everyMs`. */
export interface FaultConfig {
  readonly sensor: string;
  readonly fault: "no-acknowledge" | "bad-crc" | "stuck-value" | "slow-bus" | "unplugged";
  readonly afterMs: number;
  readonly forMs?: number | undefined;
  readonly everyMs?: number | undefined;
}

/** The whole configuration, validated and frozen. */
export interface Config {
  readonly sensors: readonly SensorConfig[];
  readonly limits: { readonly series: number };
  readonly gpio: { readonly backend: "auto" | "sysfs" | "chardev" };
  readonly mqtt: readonly MqttBrokerConfig[];
  readonly broker?: EmbeddedBrokerConfig | undefined;
  readonly simulation: { readonly seed: number; readonly faults: readonly FaultConfig[] };
}
