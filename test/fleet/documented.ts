import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

/** A block of YAML on a page of docs/: what it is by its keys, and its first line, a comment. */
export interface DocumentedConfiguration {
  readonly kind: "prometheus" | "agent" | "exporter";
  readonly title: string;
  readonly text: string;
}

const mapping = z.record(z.string(), z.unknown());

const kindOf = (text: string, title: string): DocumentedConfiguration["kind"] => {
  const keys = Object.keys(mapping.parse(parse(text)));
  if (keys.includes("mqtt")) return "exporter";
  return title.includes("agent mode") ? "agent" : "prometheus";
};

/** Every block of YAML of a page, those that are indented with a list included. */
export const documentedConfigurations = (file: string): readonly DocumentedConfiguration[] =>
  [...readFileSync(file, "utf8").matchAll(/^( *)```yaml\n(.*?)^\1```$/gmsu)].map(
    ([, indentation = "", body = ""]) => {
      const text = body.replaceAll(new RegExp(`^${indentation}`, "gmu"), "");
      const title = /^# (.+)$/mu.exec(text)?.[1] ?? "";
      return { kind: kindOf(text, title), title, text };
    },
  );
