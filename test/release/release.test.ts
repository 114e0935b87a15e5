import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../scripts/release/run.ts";
import { readVersion } from "../../src/version.ts";
import { hasPeer } from "../peers.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const patienceMs = 300_000;

// It takes a minute of a fast processor, twice that with debhelper; where all peers have to be there, it is asked for.
const isWanted = env["SENSOR_EXPORTER_REQUIRE_PEERS"] === "1" || env["RELEASE"] === "1";
if (!isWanted) console.warn("\n!!! SKIPPED TESTS: the release is built with RELEASE=1 !!!\n");

let scratch = "";

const release = (name: string): Promise<string> =>
  run(
    root,
    process.execPath,
    ["--import=tsx", "scripts/release.ts", `--output=${join(scratch, name)}`],
    { SOURCE_DATE_EPOCH: "1700000000" },
  );

const stem = `sensor-exporter-${readVersion()}`;
const unpacked = () => join(scratch, stem);
const program = (...words: readonly string[]): Promise<string> =>
  run(unpacked(), process.execPath, ["dist/src/main.js", ...words]);

const filesOf = async (directory: string): Promise<readonly string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
};

beforeAll(async () => {
  if (!isWanted) return;
  scratch = await mkdtemp(join(tmpdir(), "released-"));
  await Promise.all([release("first"), release("second")]);
  await run(scratch, "tar", ["-xzf", `first/${stem}.tgz`]);
}, patienceMs);

afterAll(() => rm(scratch, { recursive: true, force: true }));

describe.runIf(isWanted)("a release", () => {
  it("has the same bytes when it is built again", async () => {
    const names = await readdir(join(scratch, "first"));
    expect(names).toContain(`${stem}.tgz`);
    expect(await readdir(join(scratch, "second"))).toEqual(names);
    for (const name of names) {
      const first = await readFile(join(scratch, "first", name));
      expect(first.equals(await readFile(join(scratch, "second", name))), name).toBe(true);
    }
  });

  it("is what its checksums say", async () => {
    const verified = await run(join(scratch, "first"), "sha256sum", ["--check", "SHA256SUMS"]);
    expect(verified).toContain(`${stem}.tgz: OK\n`);
  });

  it("contains nothing compiled, no link and no file that others may write", async () => {
    const listing = await run(scratch, "tar", ["-tvzf", `first/${stem}.tgz`]);
    const rows = listing.trimEnd().split("\n");
    expect(rows.filter((row) => !/^(?:drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) 0\/0 /u.test(row))).toEqual(
      [],
    );
    expect(rows.filter((row) => /\.(?:node|o|so|a)$/u.test(row))).toEqual([]);
  });

  it("has a licence for itself and for what it brings along", async () => {
    const files = await filesOf(unpacked());
    expect(files).toContain("LICENSE");
    expect(files).toContain("vendor/npm/LICENSE");
    expect(files).toContain("node_modules/i2c-bus/LICENSE");
  });

  it("has every package that the program needs, and none that only development needs", async () => {
    const lock = JSON.parse(await readFile(join(unpacked(), "package-lock.json"), "utf8"));
    // npm reads the tree that is there and says what is missing, superfluous or of a wrong version.
    await run(unpacked(), "npm", ["ls", "--all", "--omit=dev"]);
    const installed = (await filesOf(join(unpacked(), "node_modules")))
      .map(
        (file) =>
          /^((?:@[^/]+\/)?[^/]+(?:\/node_modules\/(?:@[^/]+\/)?[^/]+)*)\/package\.json$/u.exec(
            file,
          )?.[1],
      )
      .filter((name) => name !== undefined)
      .map((name) => `node_modules/${name}`);
    expect(installed.toSorted()).toEqual(Object.keys(lock.packages).slice(1).toSorted());
  });

  it("runs as it is, on simulated sensors", async () => {
    expect(await program("--version")).toBe(`sensor-exporter ${readVersion()}\n`);
    const shown = await program("read", "--simulate", "--config.file=config/simulated.yaml");
    expect(shown).toMatch(/^attic +temperature +\d+\.\d+\s°C$/mu);
  });

  it("compiles its native modules with the npm that it brings", {
    timeout: patienceMs,
  }, async () => {
    const npm = "vendor/npm/bin/npm-cli.js";
    await run(unpacked(), process.execPath, [npm, "rebuild", "i2c-bus", "epoll"]);
    const load = 'require("i2c-bus"); require("onoff"); console.log("loaded")';
    expect(await run(unpacked(), process.execPath, ["-e", load])).toBe("loaded\n");
  });
});

const hasDebhelper = hasPeer(["dh", "--list"], "debhelper");

describe.runIf(isWanted && hasDebhelper)("the package for Debian", () => {
  it("has units that start what it installs, where systemd looks for them", async () => {
    const script = `dpkg-deb --fsys-tarfile first/*_all.deb | tar -xO ./usr/lib/systemd/system/"$0"`;
    const service = await run(scratch, "sh", ["-c", script, "sensor-exporter.service"]);
    const socket = await run(scratch, "sh", ["-c", script, "sensor-exporter.socket"]);
    expect(service).toMatch(/^ExecStart=\/usr\/bin\/sensor-exporter serve /mu);
    expect(service + socket).not.toContain("/opt/");
  });

  it("asks nothing about files that it would replace: it has none in /etc", async () => {
    const listing = await run(scratch, "sh", ["-c", "dpkg-deb --contents first/*_all.deb"]);
    expect(listing).toContain(" ./usr/bin/sensor-exporter -> ");
    expect(listing).not.toMatch(/ \.\/(?:etc|var|lib)\//u);
  });
});

describe.runIf(isWanted)("the npm package", () => {
  it("locks what it depends on, and leaves the packages to npm", async () => {
    const listing = await run(scratch, "tar", ["-tzf", `first/${stem}-npm.tgz`]);
    const files = listing.trimEnd().split("\n");
    expect(files).toContain("package/npm-shrinkwrap.json");
    expect(files).toContain("package/dist/src/main.js");
    expect(files.filter((file) => /node_modules|vendor/u.test(file))).toEqual([]);
  });

  it("installs as a command", { timeout: patienceMs }, async () => {
    const prefix = join(scratch, "global");
    await run(scratch, "npm", [
      "install",
      "--global",
      "--ignore-scripts",
      `--prefix=${prefix}`,
      `./first/${stem}-npm.tgz`,
    ]);
    const said = await run(scratch, join(prefix, "bin/sensor-exporter"), ["--version"]);
    expect(said).toBe(`sensor-exporter ${readVersion()}\n`);
  });
});
