import type { Environment } from "../config/environment.ts";
import { fingerprintOf } from "../http/web-config.ts";
import { type LoadedList, loadList } from "./list.ts";
import type { SourceTargets } from "./registry.ts";
import type { SourceOptions } from "./source.ts";
import type { Candidate } from "./target.ts";

const lookIntervalMs = 2000;

const replace = (targets: SourceTargets, candidates: readonly Candidate[]): void => {
  const wanted = new Map(candidates.map((candidate) => [candidate.url, candidate]));
  for (const key of targets.keys()) if (!wanted.has(key)) targets.withdraw(key);
  for (const [key, candidate] of wanted) targets.offer(key, candidate);
};

/** Follows a file with targets; one that turns bad is said once, and what it held before stays. */
export const followList = async ({
  file,
  environment,
  targets,
  clock,
  log,
  signal,
}: SourceOptions & { readonly file: string; readonly environment: Environment }): Promise<void> => {
  let seen: string | undefined;

  const take = (loaded: LoadedList): void => {
    targets.report("candidates" in loaded);
    if ("candidates" in loaded) {
      replace(targets, loaded.candidates);
      log.info("targets_listed", { file, targets: loaded.candidates.length });
      return;
    }
    for (const problem of loaded.problems) log.error("targets_list_refused", { problem });
  };
  while (!signal.aborted) {
    // Before the content, so that a change in between is taken for one after it.
    const fingerprint = await fingerprintOf(file);
    if (fingerprint !== seen) {
      seen = fingerprint;
      take(await loadList(file, environment));
      targets.settle();
    }
    await clock.sleep(lookIntervalMs, signal).catch(() => {});
  }
};
