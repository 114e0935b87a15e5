/** What a device is called, by whom. */
export interface NamedDevice {
  readonly broker: string;
  /** The identifier by which each dialect knows it. */
  readonly ids: Map<string, string>;
  name: string;
}

const longestName = 100;

/** A name as a label can have it: without control characters, and not longer than anybody reads. */
export const cleanName = (text: string): string =>
  text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, longestName);

const idOf = ({ ids, name }: NamedDevice): string => [...ids.values()][0] ?? name;

/**
 * Names that tell devices of the same name and labels apart, whoever came first: by their identifiers, or by their
 * brokers where those are the same. `isTaken` if the name belongs to a sensor of the board.
 */
export const distinctNames = (
  group: readonly NamedDevice[],
  isTaken: boolean,
): readonly string[] => {
  if (group.length === 1 && !isTaken) return group.map(({ name }) => name);
  const ids = new Set(group.map(idOf));
  return group.map((entry) => {
    const id = cleanName(idOf(entry));
    const isTelling = ids.size === group.length && id !== entry.name;
    const telling = isTelling ? id : [entry.broker, ...(ids.size > 1 ? [id] : [])].join(" ");
    return `${entry.name} (${telling})`;
  });
};
