import { hostname } from "node:os";
import type { Bridge, BridgeOptions } from "./bridge/bridge.ts";
import { type Census, takeCensus } from "./census.ts";
import { type Clock, wallSeconds } from "./clock.ts";
import type { Config } from "./config/config.ts";
import { createExposition } from "./exposition.ts";
import { health } from "./health.ts";
import { openHttpHealth } from "./http/http-health.ts";
import { type ListenAddress, reachableUrl } from "./http/listen-address.ts";
import { createRoutes } from "./http/routes.ts";
import { startHttp } from "./http/server.ts";
import type { WebAccess } from "./http/web-access.ts";
import { createStarted, type Started } from "./lifecycle.ts";
import type { Log } from "./log.ts";
import type { Platform } from "./platform.ts";
import { bindSensor } from "./sensors/bind.ts";
import { createFixtures } from "./sensors/fixtures.ts";
import { createRoster, type Roster } from "./sensors/roster.ts";
import { openState } from "./state.ts";
import { createStore, type Store } from "./store.ts";
import type { Progress } from "./systemd/progress.ts";

/** What an app is made of and where it serves. */
export interface AppOptions {
  readonly config: Config;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly build: { readonly version: string; readonly revision?: string; readonly node: string };
  readonly addresses: readonly ListenAddress[];
  readonly metricsPath: string;
  readonly includesProcess: boolean;
  /** When the process started, by the monotonic clock. */
  readonly startedMs?: number | undefined;
  /** Most requests that are answered at once; 0 for no limit. */
  readonly maximumRequests: number;
  /** Who may ask, and whether by TLS; anybody by plain HTTP if left out. */
  readonly access?: WebAccess | undefined;
  /** Where counters are kept; undefined to forget them at the end. */
  readonly stateDirectory?: string | undefined;
  /** Lets POST /-/reload load the configuration anew; resolves with what is wrong with it. */
  readonly reload?: (() => Promise<string | undefined>) | undefined;
  /** Watches that every sensor's loop goes round; nobody does if left out. */
  readonly progress?: Progress | undefined;
}

/** The running program. */
export interface App {
  /** Where it serves, without path. */
  readonly urls: readonly string[];
  /** Runs another configuration; what has not changed goes on undisturbed. */
  readonly apply: (config: Config) => Promise<void>;
  /** Says that the configuration could not be loaded and the old one goes on. */
  readonly refused: () => void;
  readonly census: () => Census;
  readonly close: () => Promise<void>;
}

/** Says in metrics how the latest attempt to load a configuration ended. */
const createReloadReport = (store: Store, clock: Clock) => {
  const successful = store.open(health.configReloadSuccessful, {});
  const timestamp = store.open(health.configReloadTimestamp, {});
  return (isSuccess: boolean) => {
    successful?.hold(isSuccess ? 1 : 0);
    if (isSuccess) timestamp?.stamp(clock.nowMs());
  };
};

/** Shows the wall clock, which on a board without a battery is wrong until NTP has set it. */
const showTime = (store: Store, clock: Clock): void => {
  const time = store.open(health.time, {});
  store.beforeReading(() => time?.hold(wallSeconds(clock)));
};

const openStore = async (
  { config, clock, log, stateDirectory }: AppOptions,
  started: Started,
): Promise<Store> => {
  const state =
    stateDirectory === undefined
      ? undefined
      : await openState({ directory: stateDirectory, clock, log });
  if (state !== undefined) started.add("state", state.close);
  const store = createStore({
    clock,
    maximumSeries: config.limits.series,
    ...(state === undefined ? {} : { restored: state.restored }),
  });
  state?.start(store);
  return store;
};

/** The bridge to brokers, which is loaded with the first configuration that has one. */
const createLazyBridge = (options: BridgeOptions) => {
  let bridge: Bridge | undefined;
  return {
    apply: async (config: Config): Promise<void> => {
      const isWanted = config.mqtt.length > 0 || config.broker !== undefined;
      if (bridge === undefined && isWanted) {
        const { createBridge } = await import("./bridge/bridge.ts");
        bridge = createBridge(options);
      }
      await bridge?.apply(config);
    },
    devices: () => bridge?.devices() ?? [],
    brokers: () => bridge?.brokers() ?? [],
    close: async () => bridge?.close(),
  };
};

const startAll = async (options: AppOptions, started: Started): Promise<Omit<App, "close">> => {
  const { platform, clock, log, random, build } = options;
  const store = await openStore(options, started);
  const { includesProcess, startedMs } = options;
  const exposition = createExposition({ store, build, includesProcess, startedMs });
  showTime(store, clock);
  const reported = createReloadReport(store, clock);
  started.add("platform", platform.close);
  const fixtures = createFixtures(platform, clock);
  started.add("buses", fixtures.close);
  const roster: Roster = createRoster({
    store,
    clock,
    log,
    random,
    observePoll: exposition.observePoll,
    bind: (sensor, config) => bindSensor(sensor, config, fixtures),
    progress: options.progress,
  });
  let publicUrl: string | undefined;
  const bridge = createLazyBridge({
    store,
    clock,
    log,
    random,
    inhabit: platform.inhabitBroker,
    servedAt: () => publicUrl,
  });
  let isReady = false;
  const { urls, close } = await startHttp({
    addresses: options.addresses,
    access: options.access,
    clock,
    log,
    observeRequest: exposition.observeRequest,
    ...openHttpHealth(store, options.access),
    maximumRequests: options.maximumRequests,
    routes: createRoutes({
      store,
      exposition,
      clock,
      roster,
      bridge,
      version: build.version,
      metricsPath: options.metricsPath,
      isSimulated: platform.isSimulated,
      isReady: () => isReady,
      reload: options.reload,
    }),
  });
  const [url] = urls;
  publicUrl = url && `${reachableUrl(url, hostname())}${options.metricsPath}`;
  started.add("http", close);
  started.add("sensors", roster.close);
  started.add("brokers", bridge.close);

  const apply = async (config: Config): Promise<void> => {
    await platform.prepare(config);
    store.limit(config.limits.series);
    await roster.apply(config);
    await bridge.apply(config);
    reported(true);
  };
  await apply(options.config);
  isReady = true;
  return {
    urls,
    apply,
    refused: () => reported(false),
    census: () => takeCensus(roster, bridge),
  };
};

/**
 * Starts everything; `/metrics` is served before the first sensor is asked. Closes what was started, sensors first
 * and the saved counters after them, also when the start itself fails.
 */
export const startApp = async (options: AppOptions): Promise<App> => {
  const started = createStarted(options);
  try {
    return { ...(await startAll(options, started)), close: started.close };
  } catch (error) {
    await started.close();
    throw error;
  }
};
