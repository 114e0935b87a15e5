import { z } from "zod";
import { messageOf, StartError } from "../errors.ts";
import { readSmallFile, replaceFile } from "../state/file.ts";
import { candidatesOf, groupsSchema } from "./groups.ts";
import type { Candidate } from "./target.ts";

const maximumBytes = 32 * 2 ** 20;

// Prometheus reads it as another user.
const readableByAll = 0o644;

const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue("is no JSON");
    return z.NEVER;
  }
});

/** Replaces the file of targets, which is at every moment the old or the new one. */
export const writeTargets = (path: string, text: string): Promise<void> =>
  replaceFile(path, text, readableByAll);

/**
 * The targets that the file has from the last time, and its text. Throws StartError on one that holds something else,
 * which then is not ours to overwrite.
 */
export const readTargets = async (
  path: string,
): Promise<{ readonly text: string; readonly candidates: readonly Candidate[] }> => {
  let text: string | undefined;
  try {
    text = await readSmallFile(path, maximumBytes);
  } catch (cause) {
    throw new StartError(`cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
  if (text === undefined || text.trim() === "") return { text: "", candidates: [] };
  const parsed = jsonText.pipe(groupsSchema).safeParse(text);
  if (parsed.success) return { text, candidates: candidatesOf(parsed.data) };
  throw new StartError(
    `${path} holds something else than targets and would be overwritten; remove it, or choose another --output`,
  );
};
