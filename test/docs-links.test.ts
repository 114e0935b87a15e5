import { access, readdir, readFile } from "node:fs/promises";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), "utf8");

const pages = [
  ...(await readdir(root)).filter((name) => name.endsWith(".md")),
  ...(await readdir(new URL("docs/", root)))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** Anchors as GitHub makes them: lower case, punctuation dropped, blanks turned into hyphens. */
const anchorsOf = (page: string): ReadonlySet<string> =>
  new Set(
    [...page.matchAll(/^#+ (.+)$/gmu)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

const linksOf = (page: string): readonly string[] =>
  [...page.matchAll(/\]\(([^)\s]+)\)/gu)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/u.test(target));

describe("a link in the documentation", () => {
  it.each(pages)("leads to what exists: %s", async (path) => {
    const text = await read(path);
    for (const link of linksOf(text)) {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : posix.join(posix.dirname(path), file);
      await expect(access(new URL(target, root)), `${path}: ${link}`).resolves.toBeUndefined();
      if (anchor === undefined || !target.endsWith(".md")) continue;
      expect([...anchorsOf(await read(target))], `${path}: ${link}`).toContain(anchor);
    }
  });
});
