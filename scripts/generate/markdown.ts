/** One row of a table per item; cells may hold Markdown, but no line break and no bar of their own. */
export const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  [headings, headings.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

/** Text of a table cell: bars escaped, blank where there is nothing to say. */
export const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** Text in a fixed-width font. */
export const code = (text: string): string => `\`${text}\``;

/** The anchor that GitHub gives to a heading. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** A page out of blocks with a blank line between them, and the note that it is not to be edited. */
export const page = (title: string, source: string, blocks: readonly string[]): string =>
  `${[
    `# ${title}`,
    `<!-- Generated from ${source} by \`npm run generate\`. Do not edit. -->`,
    ...blocks,
  ].join("\n\n")}\n`;
