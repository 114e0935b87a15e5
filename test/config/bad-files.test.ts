import { describe, expect, it } from "vitest";
import type { ConfigSources } from "../../src/config/load.ts";
import { loadConfig } from "../../src/config/load.ts";
import { webMessages } from "../../src/config/messages/web.ts";
import { problemCodes } from "../../src/config/messages.ts";
import { formatProblem, type Problem } from "../../src/config/problems.ts";
import { testDrivers } from "./fixture-drivers.ts";
import { load, problemLines, projectFile, yamlFiles } from "./support.ts";

const folder = "test/fixtures/config/bad/";
const names = yamlFiles(folder);

const problemsOf = async (name: string): Promise<readonly Problem[]> => {
  const loaded = await load(projectFile(`${folder}${name}.yaml`), `${name}.yaml`);
  return "problems" in loaded ? loaded.problems : [];
};

describe("a bad configuration file", () => {
  it.each(names)("is refused with the message of its fixture: %s", async (name) => {
    const printed = (await problemsOf(name)).map((problem) => `${formatProblem(problem)}\n`);
    expect(printed.join("")).toBe(new TextDecoder().decode(projectFile(`${folder}${name}.txt`)));
  });

  it("shows no value from the environment", async () => {
    const printed = (await Promise.all(names.map(problemsOf))).flat().map(formatProblem).join("\n");
    expect(printed).not.toContain("hunter2");
  });
});

const failingWith = async (code: string): Promise<readonly Problem[]> => {
  const sources: ConfigSources = {
    ...(await testDrivers()),
    file: "/etc/sensor-exporter/config.yaml",
    environment: {},
    readFile: async () => {
      throw Object.assign(new Error(`${code}: of the system`), { code });
    },
  };
  const loaded = await loadConfig(sources);
  return "problems" in loaded ? loaded.problems : [];
};

describe("a configuration file that cannot be read", () => {
  it.each([
    ["ENOENT", "there is no such file; check the path"],
    ["EACCES", "permission denied; let the user of the service read it"],
    ["EISDIR", "it is a directory; give the path of a file"],
    ["EIO", "EIO; check the path and the disk"],
  ])("is a problem without a position: %s", async (code, words) => {
    expect((await failingWith(code)).map(formatProblem)).toEqual([
      `/etc/sensor-exporter/config.yaml: cannot be read: ${words}`,
    ]);
  });

  it("is refused if it is larger than 1 MiB", async () => {
    const content = `sensors: {}\n${"#".repeat(2 ** 20)}`;
    expect(problemLines(await load(content))).toEqual([
      "config.yaml: is larger than 1 MiB; check that this is the configuration file",
    ]);
  });
});

// Shown by the tests above, by those of secrets, and by those of the web configuration.
const elsewhere = [
  ...Object.keys(webMessages),
  "file-unreadable",
  "file-too-large",
  "secret-form",
  "secret-twice",
  "secret-file",
  "secret-file-content",
];

describe("the messages", () => {
  it("each have a fixture", async () => {
    const problems = (await Promise.all(names.map(problemsOf))).flat();
    const shown = new Set([...problems.map(({ code }) => code), ...elsewhere]);
    expect(problemCodes.filter((code) => !new Set<string>(shown).has(code))).toEqual([]);
  });
});
