import type { App } from "../../app.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { ServiceManager } from "../../systemd/service-manager.ts";
import { load } from "../configuration.ts";
import type { System } from "../system.ts";

/** What a reload works with; `app` is the running program, once it has started. */
export interface ReloadOptions {
  readonly system: System;
  readonly file: string;
  readonly log: Log;
  readonly app: () => Promise<App>;
  /** Told when a reload begins, and that it has ended. */
  readonly manager: Pick<ServiceManager, "reloading" | "ready"> | undefined;
}

/**
 * Reloads one after the other, however many are asked for at once; each resolves with what is wrong with the
 * configuration. One that is refused changes nothing.
 */
export const createReload = ({ system, file, log, app, manager }: ReloadOptions) => {
  let last: Promise<string | undefined> = Promise.resolve(undefined);
  const refuse = (running: App, problems: readonly string[]): string => {
    running.refused();
    for (const problem of problems) log.error("config_refused", { problem });
    return problems.join("\n");
  };
  const loadInto = async (running: App): Promise<string | undefined> => {
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
  const reloadNow = async (): Promise<string | undefined> => {
    const running = await app();
    if (system.stop.aborted) return "stopping";
    manager?.reloading();
    const problem = await loadInto(running);
    if (!system.stop.aborted) manager?.ready(running.census);
    return problem;
  };
  return () => {
    // Rejects only where the start has failed, and then nobody is left to be told.
    last = last.then(reloadNow).catch(messageOf);
    return last;
  };
};
