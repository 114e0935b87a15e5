import type { Dimensions } from "./definition.ts";

/** Bits and bytes differ by case alone, so every form that is published is spelled out. */
const dataSize = {
  B: { spellings: ["byte", "bytes", "octet", "octets"] },
  kB: { multiply: 1e3, spellings: ["KB"] },
  MB: { multiply: 1e6 },
  GB: { multiply: 1e9 },
  TB: { multiply: 1e12 },
  KiB: { multiply: 2 ** 10 },
  MiB: { multiply: 2 ** 20 },
  GiB: { multiply: 2 ** 30 },
  TiB: { multiply: 2 ** 40 },
  bit: { divide: 8, spellings: ["b", "bits"] },
  kbit: { multiply: 1e3, divide: 8, spellings: ["kb"] },
  Mbit: { multiply: 1e6, divide: 8, spellings: ["Mb"] },
  Gbit: { multiply: 1e9, divide: 8, spellings: ["Gb"] },
} as const;

const dataRate = {
  "B/s": { spellings: ["Bps"] },
  "kB/s": { multiply: 1e3, spellings: ["KB/s", "kBps", "KBps"] },
  "MB/s": { multiply: 1e6, spellings: ["MBps"] },
  "GB/s": { multiply: 1e9, spellings: ["GBps"] },
  "KiB/s": { multiply: 2 ** 10 },
  "MiB/s": { multiply: 2 ** 20 },
  "GiB/s": { multiply: 2 ** 30 },
  "bit/s": { divide: 8, spellings: ["b/s", "bps"] },
  "kbit/s": { multiply: 1e3, divide: 8, spellings: ["kb/s", "kbps"] },
  "Mbit/s": { multiply: 1e6, divide: 8, spellings: ["Mb/s", "Mbps"] },
  "Gbit/s": { multiply: 1e9, divide: 8, spellings: ["Gb/s", "Gbps"] },
} as const;

/** Units of shares, counts, levels, time and data. */
export const general = {
  ratio: {
    ratio: { spellings: ["", "1"] },
    "%": { divide: 100, spellings: ["percent", "pct", "%RH", "RH%", "% r.H."] },
    "‰": { divide: 1000, spellings: ["permille"] },
  },
  count: { "": { spellings: ["1", "count", "counts", "items", "pcs", "#"] } },
  state: { "": { spellings: ["1", "bool"] } },
  index: {
    "": { spellings: ["1", "index", "UV index", "UV", "UVI", "AQI", "IAQ", "lqi", "pH", "counts"] },
  },
  signal_strength: { dBm: { spellings: ["dB"] } },
  sound: { dB: { spellings: ["dBA", "dB(A)", "dBC", "dB(C)", "dB SPL", "decibel", "decibels"] } },
  duration: {
    s: { spellings: ["sec", "secs", "second", "seconds"] },
    ns: { divide: 1e9 },
    µs: { divide: 1e6, spellings: ["us", "usec", "microseconds"] },
    ms: { divide: 1e3, spellings: ["msec", "millisecond", "milliseconds"] },
    min: { multiply: 60, spellings: ["m", "mins", "minute", "minutes"] },
    h: { multiply: 3600, spellings: ["hr", "hrs", "hour", "hours"] },
    d: { multiply: 86_400, spellings: ["day", "days"] },
    w: { multiply: 604_800, spellings: ["wk", "week", "weeks"] },
  },
  timestamp: {
    s: { spellings: ["sec", "second", "seconds"] },
    ms: { divide: 1e3, spellings: ["msec", "millisecond", "milliseconds"] },
  },
  rate: {
    "1/s": { spellings: ["/s", "s⁻¹", "Hz", "fps", "cps", "per second"] },
    "1/min": { divide: 60, spellings: ["/min", "min⁻¹", "cpm", "bpm", "per minute"] },
    "1/h": { divide: 3600, spellings: ["/h", "per hour"] },
  },
  data_size: dataSize,
  data_rate: dataRate,
} as const satisfies Dimensions;
