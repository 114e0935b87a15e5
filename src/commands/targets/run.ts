import { createExposition } from "../../exposition.ts";
import { openHttpHealth } from "../../http/http-health.ts";
import type { ListenAddress } from "../../http/listen-address.ts";
import { startHttp } from "../../http/server.ts";
import type { WebAccess } from "../../http/web-access.ts";
import type { Close } from "../../lifecycle.ts";
import type { Log } from "../../log.ts";
import { createStore } from "../../store.ts";
import { createFileKeeper } from "../../targets/file-keeper.ts";
import { showTargets } from "../../targets/metrics.ts";
import type { Registry } from "../../targets/registry.ts";
import type { RenderedTargets } from "../../targets/rendering.ts";
import { createTargetRoutes } from "../../targets/routes.ts";
import { readVersion } from "../../version.ts";
import type { System } from "../system.ts";

/** Changes that come within this are written together. */
const gatherMs = 1000;
/** What a source may take to tell what it knows before the others are believed without it. */
const patienceMs = 60_000;
const patienceOfOnceMs = 10_000;
const maximumSeries = 1000;
// As of the exporter.
const maximumRequests = 40;

/** What a run of the command has in hand. */
export interface Work {
  readonly system: System;
  readonly log: Log;
  readonly registry: Registry;
  readonly rendered: () => RenderedTargets;
  /** The file to keep, and what it holds. */
  readonly output: { readonly path: string; readonly text: string } | undefined;
}

const keeperOf = (
  { log, rendered, output }: Work,
  told: (isSuccess: boolean) => void,
): (() => Promise<boolean>) =>
  output === undefined ? async () => true : createFileKeeper({ ...output, rendered, log, told });

const missing = (registry: Registry): readonly string[] =>
  registry
    .sources()
    .filter(({ isSettled }) => !isSettled)
    .map(({ name }) => name);

/** Waits until every source has told what it knows, then writes or prints that; resolves with what failed. */
export const runOnce = async (work: Work, signal: AbortSignal): Promise<string | undefined> => {
  const { system, registry, rendered, output } = work;
  const { clock } = system;
  const endMs = clock.nowMs() + patienceOfOnceMs;
  while (!registry.isSettled() && clock.nowMs() < endMs && !signal.aborted) {
    await clock.sleep(gatherMs / 10, signal).catch(() => {});
  }
  if (signal.aborted) return "stopped before it was done";
  if (!registry.isSettled()) return `nothing was heard of ${missing(registry).join(", ")}`;
  if (output === undefined) {
    system.print(rendered().text);
    return undefined;
  }
  return (await keeperOf(work, () => {})()) ? undefined : `cannot write ${output.path}`;
};

const serveTargets = async (
  { system, log, registry, rendered }: Work,
  addresses: readonly ListenAddress[],
  access: WebAccess | undefined,
): Promise<{ readonly told: (isSuccess: boolean) => void; readonly close: Close }> => {
  const { clock, nodeVersion } = system;
  const store = createStore({ clock, maximumSeries });
  const exposition = createExposition({
    store,
    build: { version: readVersion(), node: nodeVersion },
    includesProcess: true,
    startedMs: system.startedMs,
  });
  const told = showTargets(store, registry, rendered);
  const completeMs = clock.nowMs() + patienceMs;
  const { urls, close } = await startHttp({
    addresses,
    access,
    clock,
    log,
    observeRequest: exposition.observeRequest,
    ...openHttpHealth(store, access),
    maximumRequests,
    routes: createTargetRoutes({
      rendered,
      exposition,
      isComplete: () => registry.isSettled() || clock.nowMs() >= completeMs,
    }),
  });
  for (const url of urls) log.info("serving_targets", { url: `${url}/targets` });
  return { told, close };
};

/** Keeps the file up to date and serves the targets until the signal aborts. */
export const runOn = async (
  work: Work,
  addresses: readonly ListenAddress[],
  access: WebAccess | undefined,
  signal: AbortSignal,
): Promise<void> => {
  const { system, registry } = work;
  const { told, close } = await serveTargets(work, addresses, access);
  const write = keeperOf(work, told);
  try {
    while (!signal.aborted) {
      await system.clock.sleep(gatherMs, signal).catch(() => {});
      registry.sweep(system.clock.nowMs());
      // A change is of now, and not of when somebody asks for it.
      work.rendered();
      if (!signal.aborted) await write();
    }
  } finally {
    await close();
  }
};
