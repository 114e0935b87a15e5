import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { Driver } from "../drivers/driver.ts";
import type { Machine } from "../machine.ts";
import type { Platform } from "../platform.ts";
import type { Board } from "./board.ts";
import type { Identity } from "./identity.ts";
import type { Result } from "./result.ts";

/** The Node.js that runs the program. */
interface Runtime {
  /** v20.19.2 */
  readonly version: string;
  /** arm, arm64, x64, ... */
  readonly architecture: string;
  /** ARM version that it was built for, on arm. */
  readonly armVersion?: string | undefined;
}

/** What became of the configuration. */
export type LoadedState =
  | { readonly file: string; readonly config: Config }
  | { readonly file: string; readonly problems: readonly string[] }
  /** There is none; why, in words. */
  | { readonly missing: string };

/** All that checks look at. */
export interface Examination {
  readonly machine: Machine;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly runtime: Runtime;
  readonly board: Board;
  /** Who has to be able to do it: the user of the service, else who asks. */
  readonly identity: Identity;
  readonly loaded: LoadedState;
  readonly loadDriver: (name: string) => Promise<Driver>;
  /** Directory of the package, where npm is run. */
  readonly packageDirectory: string;
  /** Port of the exporter. */
  readonly port: number;
}

/** Looks at one thing. What it throws becomes a warning that it could not look. */
export interface Check {
  readonly topic: string;
  readonly run: (examination: Examination) => Promise<readonly Result[]>;
}

/** The configuration, if there is one and it is right. */
export const configOf = ({ loaded }: Examination): Config | undefined =>
  "config" in loaded ? loaded.config : undefined;
