/**
 * Lockout debounce: whether an edge counts, given when the last one that counted was. The first of a burst counts at
 * once and the rest fall into its shadow, so a train of fast pulses is thinned out but never silenced, as it would be
 * by waiting for the line to come to rest.
 */
export const acceptsEdge = (
  lastAcceptedMs: number | undefined,
  atMs: number,
  debounceMs: number,
): boolean =>
  debounceMs <= 0 || lastAcceptedMs === undefined || atMs - lastAcceptedMs >= debounceMs;
