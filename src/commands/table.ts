/** Columns that line up, headings in capitals, two blanks between; cells with line breaks go on below themselves. */
export const renderTable = (
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string => {
  const lines = [headings.map((heading) => heading.toUpperCase()), ...rows].flatMap(splitRow);
  const widths = headings.map((_heading, column) =>
    Math.max(...lines.map((line) => widthOf(line[column] ?? ""))),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
};

/** Characters as a terminal counts them, near enough for names and units: code points, combining marks aside. */
const widthOf = (text: string): number => text.replace(/\p{Mark}/gu, "").match(/./gsu)?.length ?? 0;

const splitRow = (row: readonly string[]): readonly string[][] => {
  const cells = row.map((cell) => cell.replace(/[^\P{Cc}\n]/gu, " ").split("\n"));
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_line, index) => cells.map((lines) => lines[index] ?? ""));
};
