const unitsMs = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** Days, hours, minutes, seconds, milliseconds in this order, each a whole number, at least one: `1h30m`. */
export const durationPattern = /^(?=.)(\d{1,9}d)?(\d{1,9}h)?(\d{1,9}m)?(\d{1,9}s)?(\d{1,9}ms)?$/;

/** Milliseconds of a duration with units such as `250ms`, `30s` or `1h30m`; undefined if it is not one. */
export const parseDuration = (text: string): number | undefined => {
  const parts = durationPattern.exec(text)?.slice(1);
  return parts?.reduce(
    (sum, part, index) => sum + Number.parseInt(part ?? "0", 10) * (unitsMs[index]?.[1] ?? 0),
    0,
  );
};

/** A whole number of milliseconds, not negative, as people write it: 5 400 000 is `1h30m`. */
export const formatDuration = (milliseconds: number): string => {
  let rest = milliseconds;
  const parts = unitsMs.map(([unit, unitMs]) => {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    return count === 0 ? "" : `${count}${unit}`;
  });
  return parts.join("") || "0s";
};
