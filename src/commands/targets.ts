import type { Log } from "../log.ts";
import { readTargets } from "../targets/file.ts";
import { loadList } from "../targets/list.ts";
import { createRegistry, type Registry } from "../targets/registry.ts";
import { createRendering } from "../targets/rendering.ts";
import { rulesOfOwner } from "../targets/target.ts";
import { loadWebOrComplain } from "./configuration.ts";
import { exitCodes, type System } from "./system.ts";
import { connectionsOf } from "./targets/brokers.ts";
import { followSources } from "./targets/follow.ts";
import { openLog, readOptions, type TargetsOptions } from "./targets/options.ts";
import { runOn, runOnce, type Work } from "./targets/run.ts";
import { openAccess } from "./web-access.ts";

// Each is a line of log; those beyond are counted only.
const refusalsNamed = 100;

const createNamer = (log: Log) => {
  let named = 0;
  return (source: string, key: string, reason: string): void => {
    named += 1;
    if (named <= refusalsNamed) log.warn("target_refused", { source, key, reason });
    if (named === refusalsNamed) log.warn("target_refusals_only_counted", { after: named });
  };
};

/** True if every list is right; if not, says what is wrong. */
const checkLists = async (
  { environment, complain }: System,
  files: readonly string[],
): Promise<boolean> => {
  const loaded = await Promise.all(files.map((file) => loadList(file, environment)));
  const problems = loaded.flatMap((list) => ("problems" in list ? list.problems : []));
  for (const problem of problems) complain(`${problem}\n`);
  return problems.length === 0;
};

/** What the file holds from the last time stands in for sources that have not told yet what they know. */
const openOutput = async (
  path: string | undefined,
  registry: Registry,
): Promise<Work["output"]> => {
  if (path === undefined) return undefined;
  const { text, candidates } = await readTargets(path);
  const restored = registry.open(path, rulesOfOwner, { isTemporary: true });
  for (const candidate of candidates) restored.offer(candidate.url, candidate);
  return { path, text };
};

/** Runs beside what follows the sources; neither goes on without the other. */
const runBeside = async (
  run: (signal: AbortSignal) => Promise<number>,
  follow: (signal: AbortSignal) => Promise<void>,
  stop: AbortSignal,
): Promise<number> => {
  const ended = new AbortController();
  const signal = AbortSignal.any([stop, ended.signal]);
  const following = follow(signal);
  const running = run(signal);
  try {
    // Following ends before the run only where it fails.
    await Promise.race([running, following]);
    return await running;
  } finally {
    ended.abort();
    await following;
  }
};

/** Finds exporters and hands them to Prometheus until asked to stop, or once. */
export const targets = async (system: System, options: TargetsOptions): Promise<number> => {
  const { admits, topic, interfaces, limit, keepMs, addresses } = readOptions(options);
  const log = openLog(system, options);
  const lists = options.list ?? [];
  const connections = await connectionsOf(system, options);
  const checked = await loadWebOrComplain(system, options["web.config.file"]);
  const areListsRight = await checkLists(system, lists);
  if (connections === undefined || checked === undefined || !areListsRight) {
    return exitCodes.badConfiguration;
  }
  const { clock, stop } = system;
  const onRefused = createNamer(log);
  const registry = createRegistry({ limit, keepMs, nowMs: clock.nowMs, onRefused });
  const output = await openOutput(options.output, registry);
  const work: Work = { system, log, registry, rendered: createRendering(registry, clock), output };
  const run = async (signal: AbortSignal): Promise<number> => {
    if (options.once !== true) {
      const access = await openAccess(checked.web, log, clock);
      await runOn(work, addresses, access, signal);
      return exitCodes.stopped;
    }
    const problem = await runOnce(work, signal);
    if (problem === undefined) return exitCodes.stopped;
    system.complain(`sensor-exporter: ${problem}\n`);
    return exitCodes.failed;
  };
  return await runBeside(
    run,
    (signal) =>
      followSources(
        { lists, interfaces, connections },
        { system, log, registry, admits, topic, signal },
      ),
    stop,
  );
};
