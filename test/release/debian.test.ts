import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { debianChangelog, debianVersion } from "../../scripts/release/debian.ts";
import { hasPeer, runPeer } from "../peers.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), "utf8");

const hasDpkg = hasPeer(["dpkg", "--version"], "dpkg");
const hasParser = hasPeer(["dpkg-parsechangelog", "--version"], "dpkg-dev");
const hasShellcheck = hasPeer(["shellcheck", "--version"], "shellcheck");

describe.runIf(hasDpkg)("a version", () => {
  it.each([
    ["1.0.0-rc.1", "1.0.0"],
    ["1.0.0-rc.1", "1.0.0-rc.2"],
    ["0.9.0", "0.10.0"],
    ["1.0.0", "1.0.1-beta.1"],
  ])("%s comes before %s for dpkg as well", (earlier, later) => {
    const words = ["--compare-versions", debianVersion(earlier), "lt", debianVersion(later)];
    expect(runPeer("dpkg", words, "").status).toBe(0);
  });
});

describe.runIf(hasParser)("the changelog", () => {
  it("is one to Debian's own parser, and bears the time of the release", () => {
    const changelog = debianChangelog("sensor-exporter", "1.0.0-rc.1", 1_700_000_000);
    const parsed = runPeer("dpkg-parsechangelog", ["-l", "-"], changelog);
    expect(parsed.stderr).toBe("");
    expect(parsed.stdout).toContain("\nVersion: 1.0.0~rc.1\n");
    expect(parsed.stdout).toContain("\nTimestamp: 1700000000\n");
  });
});

// Sets what the function prints, in a shell that has the installer's part.
const ofInstaller = (expression: string): string =>
  runPeer(
    "bash",
    ["-euc", `root=''; . scripts/install/account.sh; printf '%s' "${expression}"`],
    "",
  ).stdout;

const withoutComments = (text: string): string => text.replaceAll(/^#.*\n/gmu, "");

describe("the package for Debian", () => {
  it("lets the same users open the same devices as the installer", async () => {
    const rules = withoutComments(await read("packaging/debian/60-sensor-exporter.rules"));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's.
    expect(rules).toBe(ofInstaller("${i2c_rules}${gpio_rules}"));
  });

  it("makes the user a member of the same groups as the installer", async () => {
    const members = [...(await read("packaging/debian/sysusers")).matchAll(/^m (\S+) (\S+)$/gmu)];
    expect(members.map(([, user]) => user)).toEqual(["sensor-exporter", "sensor-exporter"]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's.
    expect(members.map(([, , group]) => group).join(" ")).toBe(ofInstaller("${groups[*]}"));
  });

  it("calls parts of the installer that are there", async () => {
    const script = await read("packaging/debian/sensor-exporter.postinst");
    const [, names = ""] = /^for part in (.*); do$/mu.exec(script) ?? [];
    const parts = names.split(" ");
    const sourced = await Promise.all(parts.map((part) => read(`scripts/install/${part}.sh`)));
    const defined = sourced.join("\n");
    const needed = [
      "apply_rules",
      "check_configuration",
      "compile_native",
      "detect_configuration",
      "install_announcement",
      "look_at_system",
      "missing_tools",
      "modules_load",
      "node_headers",
      "try_node",
      "warn",
      "write_defaults",
    ];
    for (const name of needed) {
      expect(script).toContain(name);
      expect(defined).toMatch(new RegExp(`^${name}\\(\\)`, "mu"));
    }
  });

  it.runIf(hasShellcheck)("has scripts that shellcheck lets pass", async () => {
    const scripts = (await readdir(new URL("packaging/debian/", root)))
      .filter((name) => /^sensor-exporter\.(?:pre|post)/u.test(name))
      .map((name) => `packaging/debian/${name}`);
    expect(scripts).toHaveLength(4);
    const checked = runPeer(
      "shellcheck",
      [...scripts, "test/release/debian", "test/container/run"],
      "",
    );
    expect(checked.stdout).toBe("");
  });
});
