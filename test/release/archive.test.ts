import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeArchive, writeChecksums } from "../../scripts/release/archive.ts";
import { hasPeer, runPeer } from "../peers.ts";

const hasTar = hasPeer(["tar", "--version"], "tar");
const hasSums = hasPeer(["sha256sum", "--version"], "coreutils");

let scratch = "";

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "archive-"));
});

afterEach(() => rm(scratch, { recursive: true }));

/** Writes the same files in another order, with other times and modes. */
const archiveOf = async (
  name: string,
  order: readonly string[],
  mode: number,
  touched: number,
): Promise<Buffer> => {
  const directory = join(scratch, name, "sensor-exporter-1.2.3");
  await mkdir(join(directory, "docs"), { recursive: true });
  for (const path of order) {
    await writeFile(join(directory, path), path);
    await chmod(join(directory, path), mode);
    await utimes(join(directory, path), touched, touched);
  }
  await writeArchive(directory, join(scratch, `${name}.tgz`), 1_700_000_000);
  return readFile(join(scratch, `${name}.tgz`));
};

const files = ["LICENSE", "docs/mqtt.md", "docs/errors.md"];

describe.runIf(hasTar)("an archive", () => {
  it("has the same bytes whoever writes it, and whenever", async () => {
    const first = await archiveOf("first", files, 0o644, 1);
    const second = await archiveOf("second", files.toReversed(), 0o664, 2_000_000_000);
    expect(second.equals(first)).toBe(true);
  });

  it("lists its files by name, as root's and with the time of the release", async () => {
    await archiveOf("listed", files, 0o600, 5);
    const listing = runPeer("tar", ["-tvzf", join(scratch, "listed.tgz"), "--utc"], "");
    // GNU tar's own listing; `date --utc --date=@1700000000` gives 2023-11-14 22:13:20.
    const rows = listing.stdout.trimEnd().split("\n");
    expect(rows.map((row) => row.replaceAll(/ +/gu, " "))).toEqual([
      "drwxr-xr-x 0/0 0 2023-11-14 22:13 sensor-exporter-1.2.3/",
      "-rw-r--r-- 0/0 7 2023-11-14 22:13 sensor-exporter-1.2.3/LICENSE",
      "drwxr-xr-x 0/0 0 2023-11-14 22:13 sensor-exporter-1.2.3/docs/",
      "-rw-r--r-- 0/0 14 2023-11-14 22:13 sensor-exporter-1.2.3/docs/errors.md",
      "-rw-r--r-- 0/0 12 2023-11-14 22:13 sensor-exporter-1.2.3/docs/mqtt.md",
    ]);
  });
});

describe.runIf(hasSums)("the checksums", () => {
  it("are those that sha256sum verifies, and fail once a file has changed", async () => {
    await writeFile(join(scratch, "a.tgz"), "a");
    await writeFile(join(scratch, "b.deb"), "b");
    await writeChecksums(scratch, ["b.deb", "a.tgz"]);
    const verify = () =>
      runPeer("sh", ["-c", 'cd "$0" && sha256sum --check --strict SHA256SUMS', scratch], "");
    expect(verify()).toMatchObject({ status: 0, stdout: "a.tgz: OK\nb.deb: OK\n" });
    await writeFile(join(scratch, "b.deb"), "c");
    expect(verify()).toMatchObject({ status: 1, stdout: "a.tgz: OK\nb.deb: FAILED\n" });
  });
});
