import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasPeer, runPeer } from "../peers.ts";

const script = "scripts/install-pi.sh";
const parts = readdirSync("scripts/install")
  .filter((name) => name.endsWith(".sh"))
  .map((name) => join("scripts/install", name));

describe("the installer's script", () => {
  it.skipIf(!hasPeer(["shellcheck", "--version"], "the package shellcheck"))(
    "is what shellcheck lets pass, with all that it includes",
    () => {
      const { stdout, status } = runPeer("shellcheck", ["-x", "-a", script], "");
      expect(stdout).toBe("");
      expect(status).toBe(0);
    },
  );

  it.each([script, ...parts])("parses: %s", (file) => {
    expect(runPeer("bash", ["-n", file], "").stderr).toBe("");
  });

  it("includes every part that lies beside it", () => {
    const text = readFileSync(script, "utf8");
    const included = [...text.matchAll(/^\. "\$here\/(install\/[\w-]+\.sh)"$/gmu)].map(
      ([, part = ""]) => join("scripts", part),
    );
    expect(included.sort()).toEqual([...parts].sort());
  });

  it("explains every option that it takes", () => {
    const { stdout, status } = spawnSync(script, ["--help"], { encoding: "utf8" });
    const taken = [...readFileSync(script, "utf8").matchAll(/^ {4}(--[a-z0-9-]+)[^\n]*\)/gmu)].map(
      ([, option = ""]) => option,
    );
    expect(status).toBe(0);
    expect(taken).toContain("--enable-1wire");
    expect(taken.filter((option) => !stdout.includes(option))).toEqual([]);
  });

  it("says which version it would install", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    const { stdout } = spawnSync(script, ["--version"], { encoding: "utf8" });
    expect(stdout).toBe(`install-pi.sh of sensor-exporter ${version}\n`);
  });

  it.each([
    ["an option that it does not know", ["--frobnicate"], "unknown option --frobnicate"],
    ["an option without its value", ["--config"], "--config needs a value"],
    ["--purge without --uninstall", ["--purge"], "--purge goes with --uninstall"],
  ])("refuses %s as wrong usage", (_what, flags, reason) => {
    const { stderr, status } = spawnSync(script, flags, { encoding: "utf8" });
    expect(stderr).toContain(reason);
    expect(status).toBe(2);
  });
});
