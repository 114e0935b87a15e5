import { matchesFilter } from "../topic.ts";

/** Things by the topics they look at, which may have wildcards. */
export interface FilterIndex<Item> {
  readonly add: (filter: string, item: Item) => void;
  readonly remove: (filter: string, item: Item) => void;
  /** All things that look at that topic, in the order in which they were added. */
  readonly at: (topic: string) => readonly Item[];
}

const isWild = (filter: string): boolean => /[+#]/u.test(filter);

const lastLevel = (topic: string): string => topic.slice(topic.lastIndexOf("/") + 1);

/** An index of nothing. */
export const createFilterIndex = <Item>(): FilterIndex<Item> => {
  const exact = new Map<string, Set<Item>>();
  // By their last level, so that a new topic is not compared with the filter of every device there is.
  const wild = new Map<string, Map<string, Set<Item>>>();

  const lastOf = (filter: string): string => {
    const last = lastLevel(filter);
    return isWild(last) ? "+" : last;
  };
  const placeOf = (filter: string): Map<string, Set<Item>> => {
    if (!isWild(filter)) return exact;
    const last = lastOf(filter);
    const place = wild.get(last) ?? new Map<string, Set<Item>>();
    wild.set(last, place);
    return place;
  };

  return {
    add: (filter, item) => {
      const place = placeOf(filter);
      const items = place.get(filter) ?? new Set<Item>();
      place.set(filter, items.add(item));
    },
    remove: (filter, item) => {
      const place = placeOf(filter);
      const items = place.get(filter);
      items?.delete(item);
      if (items?.size === 0) place.delete(filter);
      if (place !== exact && place.size === 0) wild.delete(lastOf(filter));
    },
    at: (topic) => {
      const found = [...(exact.get(topic) ?? [])];
      for (const place of [wild.get(lastLevel(topic)), wild.get("+")]) {
        for (const [filter, items] of place ?? []) {
          if (matchesFilter(filter, topic)) found.push(...items);
        }
      }
      return found;
    },
  };
};
