import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { writeTargets } from "./file.ts";
import type { RenderedTargets } from "./rendering.ts";

/** Writes the targets to a file if they are others than those that are there; resolves with false if that failed. */
export const createFileKeeper = ({
  path,
  text,
  rendered,
  log,
  told,
}: {
  readonly path: string;
  /** What the file holds. */
  readonly text: string;
  readonly rendered: () => RenderedTargets;
  readonly log: Log;
  /** Hears how each attempt went. */
  readonly told: (isSuccess: boolean) => void;
}): (() => Promise<boolean>) => {
  let written = text;
  let problem: string | undefined;
  const attempt = async ({ text: next, count }: RenderedTargets): Promise<string | undefined> => {
    try {
      await writeTargets(path, next);
      written = next;
      log.info("targets_written", { file: path, targets: count });
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  };
  return async () => {
    const next = rendered();
    if (next.text === written) return true;
    const before = problem;
    problem = await attempt(next);
    if (problem !== undefined && problem !== before) {
      log.error("targets_unwritten", { file: path, error: problem });
    }
    told(problem === undefined);
    return problem === undefined;
  };
};
