import type { Clock } from "../clock.ts";
import type { RateLimit } from "./web-config/config.ts";

/** True for as many calls as the limit has room for: `burst` at once, and one more after each interval. */
export const createTokenBucket = (
  { intervalMs, burst }: RateLimit,
  { nowMs }: Pick<Clock, "nowMs">,
): (() => boolean) => {
  let tokens = burst;
  let atMs = nowMs();
  return () => {
    const now = nowMs();
    tokens = Math.min(burst, tokens + (now - atMs) / intervalMs);
    atMs = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};
