import type { Clock } from "../clock.ts";

/** The process as commands see it, so that they can run in a test without one. */
export interface System {
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Text for standard output, as it is. */
  readonly print: (text: string) => void;
  /** Text for standard error, as it is. */
  readonly complain: (text: string) => void;
  /** True if people read the output on a terminal. */
  readonly isTerminal: boolean;
  /** Columns of that terminal. */
  readonly columns: number;
  /** Aborts when the program is asked to stop (SIGTERM, SIGINT). */
  readonly stop: AbortSignal;
  /** Calls the listener at each SIGHUP. */
  readonly onHangUp: (listener: () => void) => void;
  readonly processId: number;
  /** When the process started, by the monotonic clock. */
  readonly startedMs: number;
  /** Version of Node.js: v20.19.2. */
  readonly nodeVersion: string;
  /** What Node.js was built for: arm, arm64, x64; on arm also the version. */
  readonly processor: { readonly architecture: string; readonly armVersion?: string | undefined };
  /** Who runs it; 0 is root. */
  readonly user: { readonly userId: number; readonly groupIds: readonly number[] };
}

/** Exit codes, those of sysexits.h where it has one. */
export const exitCodes = {
  stopped: 0,
  failed: 1,
  /** EX_CONFIG: systemd does not restart on it. */
  badConfiguration: 78,
} as const;
