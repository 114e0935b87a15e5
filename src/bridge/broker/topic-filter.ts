/** True for what may stand as topic of a publication (MQTT 3.1.1, section 4.7.3). */
export const isTopicName = (topic: string): boolean => topic !== "" && !/[+#\0]/u.test(topic);

/** True for a topic filter whose wildcards are whole levels, `#` the last one (MQTT 3.1.1, section 4.7.1). */
export const isTopicFilter = (filter: string): boolean => {
  const levels = filter.split("/");
  return (
    filter !== "" &&
    !filter.includes("\0") &&
    levels.every(
      (level, index) =>
        !/[+#]/u.test(level) || level === "+" || (level === "#" && index === levels.length - 1),
    )
  );
};

const levelCovers = (wide: string, narrow: string): boolean =>
  wide === narrow || (wide === "+" && narrow !== "#");

/**
 * True if each topic that matches `narrow`, a filter or a topic, matches `wide`. A `#` stands for the level above it
 * too, and no wildcard at the beginning for a level that begins with `$` (MQTT 3.1.1, sections 4.7.1.2 and 4.7.2).
 */
export const covers = (wide: string, narrow: string): boolean => {
  if (narrow.startsWith("$") && /^[+#]/u.test(wide)) return false;
  const wideLevels = wide.split("/");
  const narrowLevels = narrow.split("/");
  const isOpen = wideLevels.at(-1) === "#";
  const fixed = isOpen ? wideLevels.slice(0, -1) : wideLevels;
  const isLongEnough = isOpen
    ? narrowLevels.length >= fixed.length
    : narrowLevels.length === fixed.length;
  return (
    isLongEnough && fixed.every((level, index) => levelCovers(level, narrowLevels[index] ?? "#"))
  );
};
