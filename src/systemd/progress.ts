/** What a loop that must go round says of itself. */
interface Watched {
  /** It will say something again, or be at its end, by that time. */
  readonly expect: (atMs: number) => void;
  /** It goes round no more, and need not. */
  readonly end: () => void;
}

/** Whether everything that must go round still does. */
export interface Progress {
  /** Watches one more loop, which is not late until it has said when it can be expected. */
  readonly watch: (name: string) => Watched;
  /** Names of those that have let pass when they were expected, and the grace after it. */
  readonly late: (nowMs: number) => readonly string[];
}

// A busy board is no stalled one; and when a process goes on that was stopped, this asks before the loops have run.
const graceMs = 60_000;

/** Nothing watched yet. A loop whose every round fails makes progress: it says so. */
export const createProgress = (): Progress => {
  const expected = new Map<symbol, { readonly name: string; readonly atMs: number }>();
  return {
    watch: (name) => {
      // Two loops may have one name while a sensor is being replaced.
      const key = Symbol(name);
      return {
        expect: (atMs) => {
          expected.set(key, { name, atMs });
        },
        end: () => {
          expected.delete(key);
        },
      };
    },
    late: (nowMs) =>
      [...expected.values()].flatMap(({ name, atMs }) => (nowMs > atMs + graceMs ? [name] : [])),
  };
};
