/** What one scrape returned. */
export interface Scrape {
  readonly text: string;
  /** Value of the only series of that name with these labels, or undefined; throws if there are several. */
  readonly value: (name: string, labels: Readonly<Record<string, string>>) => number | undefined;
  /** Labels of the only such series. */
  readonly labels: (
    name: string,
    labels: Readonly<Record<string, string>>,
  ) => Readonly<Record<string, string>> | undefined;
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

// The tests name no sensor and no label with characters that the format escapes.
const parseLine = (line: string): readonly Sample[] => {
  const [, name, inBraces = "", value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) return [];
  const labels = [...inBraces.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", text = ""]) => [
    key,
    text,
  ]);
  return [{ name, labels: Object.fromEntries(labels), value: Number(value) }];
};

/** Reads the text format 0.0.4, as far as these tests need it. */
export const parseScrape = (text: string): Scrape => {
  const samples = text.split("\n").flatMap(parseLine);
  const find = (name: string, labels: Readonly<Record<string, string>>): Sample | undefined => {
    const found = samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([key, wanted]) => sample.labels[key] === wanted),
    );
    if (found.length > 1) throw new Error(`${found.length} series are ${name}`);
    return found[0];
  };
  return {
    text,
    value: (name, labels) => find(name, labels)?.value,
    labels: (name, labels) => find(name, labels)?.labels,
  };
};
