import { suffixes } from "./vocabulary/suffixes.ts";
import { wordsOfKey } from "./vocabulary.ts";

/** True if a key ends in that unit: `distance_mm` says millimeters, `distance` does not. */
export const endsInUnit = (key: string, unit: string | undefined): boolean => {
  const words = wordsOfKey(key);
  return [1, 2].some((length) => {
    const suffix = words.length > length ? suffixes.get(words.slice(-length).join("_")) : undefined;
    return suffix !== undefined && suffix === unit;
  });
};
