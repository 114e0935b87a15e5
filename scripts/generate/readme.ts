import { readFile } from "node:fs/promises";
import { table } from "./markdown.ts";
import { driverRows, type NamedDriver } from "./sensors.ts";

const begin = "<!-- drivers: written by `npm run generate` -->";
const end = "<!-- end of drivers -->";

/** The README with its table of drivers as it is now; the rest is written by hand and stays. */
export const renderReadme = async (drivers: readonly NamedDriver[]): Promise<string> => {
  const text = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before === -1 || after < before) throw new Error(`README.md lacks ${begin} or ${end}`);
  const rows = table(["Driver", "Sensor"], driverRows(drivers, "docs/sensors.md"));
  return `${text.slice(0, before + begin.length)}\n\n${rows}\n\n${text.slice(after)}`;
};
