import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { SourceTargets } from "./registry.ts";

/** What a source works with. */
export interface SourceOptions {
  readonly targets: SourceTargets;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the source is no longer wanted. */
  readonly signal: AbortSignal;
}
