import { createDialectClaimant } from "../../src/bridge/claimants.ts";
import { createDevices } from "../../src/bridge/devices.ts";
import type { Dialect } from "../../src/bridge/dialect.ts";
import { createRuleClaimant } from "../../src/bridge/rules.ts";
import { createSession } from "../../src/bridge/session.ts";
import type { Finding } from "../../src/bridge/trace.ts";
import type { DiscoverConfig, RuleConfig } from "../../src/config/bridge-config.ts";
import { createStore } from "../../src/store.ts";
import { createVirtualClock } from "../mocks/clock.ts";

/** Dialects at work on a broker's messages, without a broker: what goes in are topics and payloads. */
export interface DialectHarness {
  /** The dialect that took the message; undefined if none did. Throws on a defect of ours. */
  readonly publish: (
    topic: string,
    payload: string | Uint8Array,
    options?: { readonly retain?: boolean },
  ) => string | undefined;
  /** What would come of a message, for tests of `explain`. */
  readonly findings: () => readonly Finding[];
  readonly advance: (milliseconds: number) => Promise<void>;
  /** Values of all live series by name and labels, but for sensor_info, sensor_last_reading_timestamp_seconds and sensor_exporter_*. */
  readonly readings: () => Readonly<Record<string, number>>;
  /** All lines of a scrape. */
  readonly lines: () => readonly string[];
  readonly filters: () => readonly string[];
  /** What was announced and cannot be done: `what: why`. */
  readonly unsupported: () => readonly string[];
  readonly sweep: () => void;
}

const everything = {
  labels: {},
  allow: [],
  deny: [],
  rename: {},
  sleeping: [],
  maximumSeries: 10_000,
} as const satisfies Omit<DiscoverConfig, "dialect">;

const hidden = /^(?:sensor_info|sensor_last_reading|sensor_exporter_)/u;

/** Starts these dialects by name, the first one most trusted; `discover` is what a user would configure. */
export const startDialects = (
  dialects: Readonly<Record<string, Dialect>>,
  discover: Readonly<Record<string, Partial<DiscoverConfig>>> = {},
  rules: readonly RuleConfig[] = [],
): DialectHarness => {
  const clock = createVirtualClock();
  const store = createStore({ clock, maximumSeries: 100_000 });
  const devices = createDevices({
    store,
    limitOf: () => 1000,
    isReserved: () => false,
  });
  const unsupported: string[] = [];
  let findings: Finding[] = [];
  const session = createSession({
    broker: "test",
    clock,
    devices,
    limits: { series: 100_000, topics: 100_000 },
    unsupported: (_dialect, what, why) => unsupported.push(`${what}: ${why}`),
    failed: (topic, error) => {
      throw new Error(`${topic} failed`, { cause: error });
    },
    claimants: (host) => [
      ...rules.map((rule) => createRuleClaimant(rule, host)),
      ...Object.entries(dialects).map(([name, dialect]) =>
        createDialectClaimant(dialect, { ...everything, dialect: name, ...discover[name] }, host),
      ),
    ],
  });
  store.beforeReading(() => devices.collect(clock.nowMs(), () => true));
  const lines = () => store.render().flatMap(({ samples }) => samples.trimEnd().split("\n"));
  const encoder = new TextEncoder();
  return {
    publish: (topic, payload, { retain = false } = {}) => {
      findings = [];
      return session.take(
        {
          topic,
          payload: typeof payload === "string" ? encoder.encode(payload) : payload,
          isRetained: retain,
          atMs: clock.nowMs(),
        },
        (finding) => findings.push(finding),
      );
    },
    findings: () => findings,
    advance: async (milliseconds) => {
      await clock.advance(milliseconds);
    },
    readings: () =>
      Object.fromEntries(
        lines()
          .filter((line) => !hidden.test(line))
          .map((line) => {
            const at = line.lastIndexOf(" ");
            return [line.slice(0, at), Number(line.slice(at + 1))];
          }),
      ),
    lines,
    filters: () => session.subscriptions().wanted.map(({ filter }) => filter),
    unsupported: () => unsupported,
    sweep: () => {
      devices.sweep(clock.nowMs());
      session.sweep(clock.nowMs());
    },
  };
};
