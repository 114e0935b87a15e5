/** A topic split at its slashes; a leading slash gives an empty first level. */
export type Levels = readonly string[];

const isWild = (level: string | undefined): boolean => level === "+" || level === "#";

/** True if a filter can be subscribed: MQTT 5.0, section 4.7.1. */
export const isFilter = (filter: string): boolean => {
  const levels = filter.split("/");
  return (
    filter !== "" &&
    !filter.includes("\0") &&
    levels.every(
      (level, index) =>
        (!/[+#]/u.test(level) || isWild(level)) && (level !== "#" || index === levels.length - 1),
    )
  );
};

/** True if something can be published on that topic. */
export const isTopic = (topic: string): boolean => isFilter(topic) && !/[+#]/u.test(topic);

const matchesLevels = (filter: Levels, topic: Levels): boolean => {
  for (let index = 0; index < filter.length; index += 1) {
    const level = filter[index];
    // `a/#` also matches `a`: section 4.7.1.2.
    if (level === "#") return true;
    if (index >= topic.length || (level !== "+" && level !== topic[index])) return false;
  }
  return filter.length === topic.length;
};

/** Tells whether a message on a topic is delivered for that filter; wildcards do not match a leading `$`. */
export const createMatcher = (filter: string): ((topic: string) => boolean) => {
  const levels = filter.split("/");
  const last = levels.at(-1) ?? "";
  // Of many topics most do not even end alike, which costs less to see.
  const end = isWild(last) ? "" : last;
  const beginsWild = isWild(levels[0]);
  return (topic) =>
    topic.endsWith(end) &&
    // Section 4.7.2.
    !(beginsWild && topic.startsWith("$")) &&
    matchesLevels(levels, topic.split("/"));
};

/** True if a message on that topic is delivered for that filter. */
export const matchesFilter = (filter: string, topic: string): boolean =>
  createMatcher(filter)(topic);

/** True if every topic that matches the narrow filter matches the wide one too. */
export const coversFilter = (wide: string, narrow: string): boolean => {
  if (narrow.startsWith("$") && !wide.startsWith("$")) return false;
  const wideLevels = wide.split("/");
  const narrowLevels = narrow.split("/");
  for (let index = 0; index < wideLevels.length; index += 1) {
    const level = wideLevels[index];
    if (level === "#") return true;
    const other = narrowLevels[index];
    if (other === undefined || other === "#") return false;
    if (level !== "+" && level !== other) return false;
  }
  return wideLevels.length === narrowLevels.length;
};

/** One filter that is wanted. */
export interface Subscription {
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
}

/** The subscriptions without those that another one covers, which takes over the better quality of service. */
export const withoutCovered = (wanted: readonly Subscription[]): readonly Subscription[] => {
  const qualities = new Map<string, 0 | 1 | 2>();
  const raise = (filter: string, qos: 0 | 1 | 2) => {
    if (qos >= (qualities.get(filter) ?? 0)) qualities.set(filter, qos);
  };
  for (const { filter, qos } of wanted) raise(filter, qos);
  // Only a filter with wildcards covers others, and of those there are few.
  const wild = [...qualities.keys()].filter((filter) => /[+#]/u.test(filter));
  for (const [filter, qos] of [...qualities]) {
    const wider = wild.find((other) => other !== filter && coversFilter(other, filter));
    if (wider === undefined) continue;
    raise(wider, qos);
    qualities.delete(filter);
  }
  return [...qualities].map(([filter, qos]) => ({ filter, qos }));
};

/** The levels of a topic below a prefix, whose levels may be `+`; undefined if it is not below it. */
export const levelsBelow = (prefix: string, levels: Levels): Levels | undefined => {
  const prefixLevels = prefix.split("/");
  const isBelow =
    levels.length > prefixLevels.length &&
    prefixLevels.every((level, index) => level === "+" || level === levels[index]);
  return isBelow ? levels.slice(prefixLevels.length) : undefined;
};
