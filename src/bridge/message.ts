/** One publication as a broker delivered it. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** True for what the broker had kept: a value of unknown age, and no sign of life. */
  readonly isRetained: boolean;
  /** Monotonic clock at its arrival. */
  readonly atMs: number;
}
