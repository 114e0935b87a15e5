import { compileMeasure, type Meaning, type Measure } from "./meaning.ts";

/** Scales are published too, and there must be an end of them. */
const maximumMeasures = 500;

/** The same text for meanings that are measured alike; undefined where that would take long to say. */
const keyOf = (meaning: Meaning): string | undefined => {
  const { quantity, unit, scale = 1, offset = 0, words, otherwise, absent = [] } = meaning;
  const isPlain = words === undefined && otherwise === undefined && absent.length === 0;
  if (!isPlain || typeof quantity !== "string") return undefined;
  return `${quantity} ${scale} ${offset} ${unit === undefined ? "" : `in ${unit}`}`;
};

/** Compiles meanings, those that are measured alike only once. */
export const createMeasures = (): ((meaning: Meaning) => Measure) => {
  const byKey = new Map<string, Measure>();
  return (meaning) => {
    const key = keyOf(meaning);
    if (key === undefined) return compileMeasure(meaning);
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const measure = compileMeasure(meaning);
    if (byKey.size < maximumMeasures) byKey.set(key, measure);
    return measure;
  };
};
