import type { HttpAnswer } from "./route.ts";

/** Why requests are turned away, as the metric has it; `handshake` stands for connections that got no further. */
export const refusalReasons = [
  "cross-site",
  "handshake",
  "overload",
  "password-checks",
  "pipelining",
  "rate-limit",
  "unauthorized",
] as const;

/** One of those reasons. */
export type RefusalReason = (typeof refusalReasons)[number];

/** What a request that is turned away is answered, and why. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly answer: HttpAnswer;
}

/** A refusal with that status, line of text and headers. */
export const refusal = (
  reason: RefusalReason,
  status: number,
  words: string,
  headers: Readonly<Record<string, string>>,
): Refusal => ({
  reason,
  answer: { status, contentType: "text/plain; charset=utf-8", body: `${words}\n`, headers },
});
