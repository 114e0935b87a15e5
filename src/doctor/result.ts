/** How a check came out: `warn` is worth knowing, `fail` keeps something from working. */
type Verdict = "ok" | "warn" | "fail";

/** One thing that was checked. */
export interface Result {
  readonly verdict: Verdict;
  /** What it is about, in a word or two. */
  readonly topic: string;
  readonly finding: string;
  /** The command that mends it, or what to do; only where something is not as it should be. */
  readonly remedy?: string | undefined;
}

/** All is well. */
export const ok = (topic: string, finding: string): Result => ({ verdict: "ok", topic, finding });

/** Worth knowing. */
export const warn = (topic: string, finding: string, remedy: string): Result => ({
  verdict: "warn",
  topic,
  finding,
  remedy,
});

/** Something does not work. */
export const fail = (topic: string, finding: string, remedy: string): Result => ({
  verdict: "fail",
  topic,
  finding,
  remedy,
});
