import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";

/** What was served at one time. */
interface Look {
  /** From the request to the answer. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Status of /metrics, /-/healthy and /-/ready; 0 if there was no answer. */
  readonly statuses: readonly number[];
  /** Values by name and labels as they are written. */
  readonly samples: ReadonlyMap<string, number>;
}

/** Looks at a program again and again. */
export interface Watch {
  readonly latest: () => Look;
  readonly looks: () => readonly Look[];
  /** A value that is about to be published, which from now on may be exported. */
  readonly published: (series: string, value: number) => void;
  /** Ends, and fails if anything was ever served that it should not have been; sensors of these prefixes are not ours. */
  readonly end: (others?: readonly string[]) => Promise<void>;
}

interface Published {
  readonly value: number;
  readonly atMs: number;
}

const betweenMs = 60;
/** A message may be on its way for so long on a machine that has other things to do. */
const deliveryMs = 2000;

const parse = (text: string): ReadonlyMap<string, number> =>
  new Map(
    [...text.matchAll(/^(\w+(?:\{.*\})?) (\S+)$/gmu)].map(([, key = "", value]) => [
      key,
      Number(value),
    ]),
  );

const look = async (url: string): Promise<Look> => {
  const fromMs = performance.now();
  const ask = async (path: string) => {
    const answer = await fetch(`${url}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  const answers = await Promise.all(
    ["/metrics", "/-/healthy", "/-/ready"].map((path) =>
      ask(path).catch(() => ({ status: 0, text: "" })),
    ),
  );
  return {
    fromMs,
    untilMs: performance.now(),
    statuses: answers.map(({ status }) => status),
    samples: parse(answers[0]?.text ?? ""),
  };
};

/** Readings, without what the exporter says about them and itself. */
const isReading = (series: string): boolean =>
  series.startsWith("sensor_") && !/^sensor_(?:exporter_|up\{|info\{|last_reading_)/u.test(series);

/**
 * What was wrong with one series over time: its values must have been published before, be fresh, and never give way to
 * an older one or, once there was none, to the same.
 */
const untruthsOf = (
  series: string,
  looks: readonly Look[],
  published: readonly Published[],
  expiresMs: number,
): readonly string[] => {
  let least = 0;
  let latest = -1;
  return looks.flatMap(({ fromMs, untilMs, samples }) => {
    const value = samples.get(series);
    if (value === undefined) {
      least = latest + 1;
      return [];
    }
    const index = published.findIndex((each) => each.value === value);
    const atMs = published[index]?.atMs ?? Number.POSITIVE_INFINITY;
    const isBack = index < least;
    latest = Math.max(index, latest);
    least = latest;
    if (atMs > untilMs) return [`invented: ${series} ${value}`];
    if (fromMs - atMs > expiresMs + deliveryMs) return [`old: ${series} ${value}`];
    return isBack ? [`back again: ${series} ${value}`] : [];
  });
};

/** Watches a program whose readings end after `expiresMs`. */
export const watchProgram = (url: string, expiresMs: number): Watch => {
  const looks: Look[] = [];
  const published = new Map<string, Published[]>();
  const stop = new AbortController();
  const watching = (async () => {
    while (!stop.signal.aborted) {
      const seen = await look(url);
      if (!stop.signal.aborted) looks.push(seen);
      await sleep(betweenMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  })();
  return {
    latest: () => looks.at(-1) ?? { fromMs: 0, untilMs: 0, statuses: [], samples: new Map() },
    looks: () => looks,
    published: (series, value) => {
      const before = published.get(series) ?? [];
      published.set(series, [...before, { value, atMs: performance.now() }]);
    },
    end: async (others = []) => {
      stop.abort();
      await watching;
      expect(looks.filter(({ statuses }) => statuses.some((status) => status !== 200))).toEqual([]);
      const isChecked = (series: string) =>
        isReading(series) && !others.some((each) => series.includes(`{sensor="${each}`));
      const all = new Set(looks.flatMap(({ samples }) => [...samples.keys()].filter(isChecked)));
      expect(
        [...all].flatMap((series) =>
          untruthsOf(series, looks, published.get(series) ?? [], expiresMs),
        ),
      ).toEqual([]);
    },
  };
};
