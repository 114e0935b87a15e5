/** A level and for how long it is held, in milliseconds. */
export interface Held {
  readonly level: 0 | 1;
  readonly forMs: number;
}

const mostBounces = 3;
const shortestBounceMs = 0.4;
const longestBounceMs = 1.6;

/** A number between the two. */
export const between = (random: () => number, least: number, most: number): number =>
  least + (most - least) * random();

const other = (level: 0 | 1): 0 | 1 => (level === 1 ? 0 : 1);

/**
 * A mechanical contact that comes to `level` and stays for `forMs` in all: it touches, springs back and touches again,
 * up to three times and for less than 10 ms, so that a debounce of 20 ms is needed and enough.
 */
export function* bouncing(random: () => number, { level, forMs }: Held): Generator<Held, void> {
  let leftMs = forMs;
  const bounces = Math.floor(between(random, 0, mostBounces + 1));
  for (let bounce = 0; bounce < bounces; bounce += 1) {
    for (const bounced of [level, other(level)]) {
      const bounceMs = between(random, shortestBounceMs, longestBounceMs);
      yield { level: bounced, forMs: bounceMs };
      leftMs -= bounceMs;
    }
  }
  yield { level, forMs: Math.max(leftMs, longestBounceMs) };
}
