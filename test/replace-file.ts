import { rename, writeFile } from "node:fs/promises";

/** Writes a file as careful programs do: whoever reads it meanwhile finds all of the old text or all of the new. */
export const replaceFile = async (file: string, text: string): Promise<void> => {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
};
