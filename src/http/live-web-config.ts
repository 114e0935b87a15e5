import type { Clock } from "../clock.ts";
import { formatProblem } from "../config/problems.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { WebConfig } from "./web-config/config.ts";
import { type Fingerprints, fingerprintOf, type LoadedWebConfig } from "./web-config.ts";

/** A web configuration that follows its files while the program runs. */
export interface LiveWebConfig {
  readonly current: () => WebConfig;
  /** Reads anew what has changed, at most once a second; never rejects. */
  readonly freshen: () => Promise<void>;
}

const checkIntervalMs = 1_000;

const hasChanged = async (files: Fingerprints): Promise<boolean> => {
  for (const [path, before] of files) {
    if ((await fingerprintOf(path)) !== before) return true;
  }
  return false;
};

/** What of a new configuration the open ports cannot follow, or undefined if they can. */
const obstacle = (running: WebConfig, next: WebConfig): string | undefined => {
  if ((running.tls === undefined) !== (next.tls === undefined)) {
    return "TLS can only be turned on or off by a restart";
  }
  return running.tls?.clientAuth === next.tls?.clientAuth
    ? undefined
    : "client_auth_type can only be changed by a restart";
};

/** Follows the files of a configuration that was loaded; a new one that is wrong is logged once, and the old one stays. */
export const createLiveWebConfig = ({
  file,
  load,
  clock,
  log,
  ...first
}: {
  readonly file: string;
  /** As it was loaded first. */
  readonly config: WebConfig;
  readonly files: Fingerprints;
  readonly load: () => Promise<LoadedWebConfig>;
  readonly clock: Pick<Clock, "nowMs">;
  readonly log: Log;
}): LiveWebConfig => {
  let { config, files } = first;
  let nextCheckMs = clock.nowMs() + checkIntervalMs;
  let checking = Promise.resolve();

  const refuse = (problems: readonly string[]) => {
    for (const problem of problems) log.error("web_config_refused", { problem });
  };
  const check = async (): Promise<void> => {
    if (!(await hasChanged(files))) return;
    const loaded = await load();
    files = loaded.files;
    if ("problems" in loaded) return refuse(loaded.problems.map(formatProblem));
    const problem = obstacle(config, loaded.config);
    if (problem !== undefined) return refuse([`${file}: ${problem}`]);
    config = loaded.config;
    log.info("web_config_reloaded", { file });
  };
  return {
    current: () => config,
    freshen: () => {
      if (clock.nowMs() >= nextCheckMs) {
        nextCheckMs = clock.nowMs() + checkIntervalMs;
        checking = checking.then(check).catch((error: unknown) => refuse([messageOf(error)]));
      }
      return checking;
    },
  };
};
