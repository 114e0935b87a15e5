import { parseDuration } from "../../config/durations.ts";
import { StartError } from "../../errors.ts";

/** Milliseconds of a duration on the command line; throws StartError on one that is none. */
export const durationOf = (flag: string, text: string): number => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  throw new StartError(`${flag}: "${text}" is no duration: write 30s, 10m or 1h30m`);
};

/** A noun with its number before it, as sentences have them. */
export const counted = (count: number, noun: string): string =>
  `${count} ${count === 1 ? noun : `${noun}s`}`;

/** Text for a terminal: what would move the cursor or change its colours is shown and not sent. */
export const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );

/** A promise that resolves after that time or when the signal aborts; without a time, only then. */
export const untilOver = async (
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  milliseconds: number | undefined,
  signal: AbortSignal,
): Promise<void> => {
  if (milliseconds !== undefined) {
    await sleep(milliseconds, signal).catch(() => {});
    return;
  }
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
};
