import { type App, startApp } from "../app.ts";
import type { Config } from "../config/config.ts";
import { messageOf } from "../errors.ts";
import { parseListenAddress } from "../http/listen-address.ts";
import { createLog, type Log, type LogFormat, type LogLevel } from "../log.ts";
import { choosePlatform } from "../platform.ts";
import { readRevision, readVersion } from "../version.ts";
import { load, loadOrComplain, loadWebOrComplain, type NamedWebConfig } from "./configuration.ts";
import { exitCodes, type System } from "./system.ts";
import { openAccess } from "./web-access.ts";

/** Flags of `serve`, as the command line names them. */
export interface ServeOptions {
  readonly "config.file"?: string;
  readonly simulate?: boolean;
  readonly "web.config.file"?: string;
  readonly "web.listenAddress"?: readonly string[];
  readonly "web.telemetryPath": string;
  readonly "web.maxRequests": number;
  readonly "web.disableExporterMetrics"?: boolean;
  readonly "web.enableLifecycle"?: boolean;
  readonly "state.directory"?: string;
  readonly "log.level": LogLevel;
  readonly "log.format": LogFormat;
}

const defaultListenAddress = ":10048";

/** systemd joins several directories with colons; the first is ours. */
const stateDirectoryOf = (options: ServeOptions, system: System): string | undefined =>
  options["state.directory"] ?? (system.environment["STATE_DIRECTORY"]?.split(":")[0] || undefined);

/** Reloads one after the other, however many are asked for at once. */
const createReload = (system: System, file: string, log: Log, app: () => Promise<App>) => {
  let last: Promise<string | undefined> = Promise.resolve(undefined);
  const refuse = (running: App, problems: readonly string[]): string => {
    running.refused();
    for (const problem of problems) log.error("config_refused", { problem });
    return problems.join("\n");
  };
  const reloadNow = async (): Promise<string | undefined> => {
    const running = await app();
    if (system.stop.aborted) return "stopping";
    try {
      const loaded = await load(system, file);
      if ("problems" in loaded) return refuse(running, loaded.problems);
      await running.apply(loaded.config);
      log.info("config_reloaded", { file, sensors: loaded.config.sensors.length });
      return undefined;
    } catch (error) {
      return refuse(running, [messageOf(error)]);
    }
  };
  return () => {
    // Rejects only where the start has failed, and then nobody is left to be told.
    last = last.then(reloadNow).catch(messageOf);
    return last;
  };
};

const startOptions = (options: ServeOptions, system: System) => ({
  clock: system.clock,
  random: Math.random,
  build: { version: readVersion(), revision: readRevision(), node: system.nodeVersion },
  addresses: (options["web.listenAddress"] ?? [defaultListenAddress]).map(parseListenAddress),
  metricsPath: options["web.telemetryPath"],
  maximumRequests: options["web.maxRequests"],
  includesProcess: options["web.disableExporterMetrics"] !== true,
  stateDirectory: stateDirectoryOf(options, system),
});

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

const isIdle = ({ sensors, mqtt, broker }: Config): boolean =>
  sensors.length === 0 && mqtt.length === 0 && broker === undefined;

const run = async (
  system: System,
  options: ServeOptions,
  { file, config }: { readonly file: string; readonly config: Config },
  web: NamedWebConfig | undefined,
): Promise<void> => {
  const log = createLog({
    level: options["log.level"],
    format: options["log.format"],
    write: system.complain,
    wallMs: system.clock.wallMs,
  });
  const reload = createReload(system, file, log, () => starting);
  // Asked for before the start has ended, a reload waits for it; unheard, the signal would end the process.
  system.onHangUp(reload);
  const starting = startApp({
    ...startOptions(options, system),
    config,
    log,
    access: await openAccess(web, log, system.clock),
    platform: await choosePlatform(options.simulate === true, system.clock),
    ...(options["web.enableLifecycle"] === true ? { reload } : {}),
  });
  const app = await starting;
  for (const url of app.urls) {
    log.info("serving", {
      url: `${url}${options["web.telemetryPath"]}`,
      sensors: config.sensors.length,
      ...(options.simulate === true ? { simulated: true } : {}),
    });
  }
  if (isIdle(config)) log.warn("nothing_to_read", { remedy: "sensor-exporter detect" });
  await aborted(system.stop);
  log.info("stopping");
  await app.close();
};

/** Polls and serves until asked to stop. */
export const serve = async (system: System, options: ServeOptions): Promise<number> => {
  const loaded = await loadOrComplain(system, options["config.file"]);
  const checked = await loadWebOrComplain(system, options["web.config.file"]);
  if (loaded === undefined || checked === undefined) return exitCodes.badConfiguration;
  await run(system, options, loaded, checked.web);
  return exitCodes.stopped;
};
