/** Hard limits on what a client may cost. A scrape is one small GET; nothing here needs more. */
export const httpLimits = {
  headerBytes: 16_384,
  urlCharacters: 2_048,
  connections: 128,
  /** Of one connection, that wait for their answers. */
  pipelinedRequests: 8,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  /** Longer than the usual scrape interval, so that Prometheus keeps its connection. */
  keepAliveTimeoutMs: 90_000,
  /** A client that does not read what it asked for is let go. */
  idleTimeoutMs: 120_000,
  compressFromBytes: 1_024,
} as const;
