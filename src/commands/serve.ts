import { type App, startApp } from "../app.ts";
import type { Config } from "../config/config.ts";
import { StartError } from "../errors.ts";
import { type ListenAddress, parseListenAddress } from "../http/listen-address.ts";
import { createLog, type Log, type LogFormat, type LogLevel } from "../log.ts";
import { choosePlatform } from "../platform.ts";
import { spawnProgram } from "../spawn.ts";
import type { ServiceManager } from "../systemd/service-manager.ts";
import { readRevision, readVersion } from "../version.ts";
import { loadOrComplain, loadWebOrComplain, type NamedWebConfig } from "./configuration.ts";
import { createReload } from "./serve/reload.ts";
import { exitCodes, type System } from "./system.ts";
import { openAccess } from "./web-access.ts";

/** Flags of `serve`, as the command line names them. */
export interface ServeOptions {
  readonly "config.file"?: string;
  readonly simulate?: boolean;
  readonly "web.config.file"?: string;
  readonly "web.listenAddress"?: readonly string[];
  readonly "web.systemdSocket"?: boolean;
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

const addressesOf = async (
  options: ServeOptions,
  system: System,
): Promise<readonly ListenAddress[]> => {
  const addresses = options["web.listenAddress"];
  if (options["web.systemdSocket"] !== true)
    return (addresses ?? [defaultListenAddress]).map(parseListenAddress);
  if (addresses !== undefined) {
    throw new StartError(
      "--web.systemd-socket takes the place of --web.listen-address; leave one of them out",
    );
  }
  const { inheritedSockets } = await import("../systemd/sockets.ts");
  return inheritedSockets(system);
};

const startOptions = async (options: ServeOptions, system: System) => ({
  clock: system.clock,
  random: Math.random,
  build: { version: readVersion(), revision: readRevision(), node: system.nodeVersion },
  addresses: await addressesOf(options, system),
  metricsPath: options["web.telemetryPath"],
  maximumRequests: options["web.maxRequests"],
  startedMs: system.startedMs,
  includesProcess: options["web.disableExporterMetrics"] !== true,
  stateDirectory: stateDirectoryOf(options, system),
  platform: await choosePlatform(options.simulate === true, system.clock),
});

const warnOfUnusedSockets = (options: ServeOptions, system: System, log: Log): void => {
  if (options["web.systemdSocket"] === true || !system.environment["LISTEN_FDS"]) return;
  const remedy = "Add --web.systemd-socket, or disable sensor-exporter.socket.";
  log.warn("sockets_unused", { remedy });
};

/** The systemd that wants to know how the program is doing; nothing is loaded where there is none. */
const connectManager = async (system: System, log: Log): Promise<ServiceManager | undefined> => {
  if (!system.environment["NOTIFY_SOCKET"]) return undefined;
  const { connectServiceManager } = await import("../systemd/service-manager.ts");
  return connectServiceManager({ ...system, spawn: spawnProgram, log });
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

const isIdle = ({ sensors, mqtt, broker }: Config): boolean =>
  sensors.length === 0 && mqtt.length === 0 && broker === undefined;

const announce = ({ urls }: App, options: ServeOptions, config: Config, log: Log): void => {
  for (const url of urls) {
    log.info("serving", {
      url: `${url}${options["web.telemetryPath"]}`,
      sensors: config.sensors.length,
      ...(options.simulate === true ? { simulated: true } : {}),
    });
  }
  if (isIdle(config)) log.warn("nothing_to_read", { remedy: "sensor-exporter detect" });
};

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
  warnOfUnusedSockets(options, system, log);
  const manager = await connectManager(system, log);
  const reload = createReload({ system, file, log, app: () => starting, manager });
  // Asked for before the start has ended, a reload waits for it; unheard, the signal would end the process.
  system.onHangUp(reload);
  const starting = startApp({
    ...(await startOptions(options, system)),
    config,
    log,
    access: await openAccess(web, log, system.clock),
    progress: manager?.progress,
    ...(options["web.enableLifecycle"] === true ? { reload } : {}),
  });
  const app = await starting;
  manager?.ready(app.census);
  announce(app, options, config, log);
  await aborted(system.stop);
  log.info("stopping");
  manager?.stopping();
  await app.close();
  await manager?.close();
};

/** Polls and serves until asked to stop. */
export const serve = async (system: System, options: ServeOptions): Promise<number> => {
  const loaded = await loadOrComplain(system, options["config.file"]);
  const checked = await loadWebOrComplain(system, options["web.config.file"]);
  if (loaded === undefined || checked === undefined) return exitCodes.badConfiguration;
  await run(system, options, loaded, checked.web);
  return exitCodes.stopped;
};
