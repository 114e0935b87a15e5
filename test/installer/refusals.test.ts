import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  changed,
  install,
  type Machine,
  makeRelease,
  raspberryPi,
  type Start,
  temporaryDirectory,
} from "./machine.ts";

const osRelease = (id: string, version: string, name: string): Pick<Machine, "files"> => ({
  files: { "etc/os-release": `ID=${id}\nVERSION_ID="${version}"\nPRETTY_NAME="${name}"\n` },
});

const refusal = (machine: Machine, start: Partial<Start> = {}) =>
  install(machine, { source: makeRelease(), flags: ["--dry-run"], ...start });

/** Debian bookworm has Node.js 18.20.4: apt metadata of that release. */
const bookworm = changed(raspberryPi, {
  ...osRelease("debian", "12", "Debian GNU/Linux 12 (bookworm)"),
  programs: { "apt-cache": "echo '  Candidate: 18.20.4+dfsg-1~deb12u1'" },
  lacks: ["node"],
});

describe("the installer refuses, says why and what to do", () => {
  it.each<[string, Machine, string, string]>([
    [
      "Alpine",
      changed(raspberryPi, osRelease("alpine", "3.22.0", "Alpine Linux v3.22")),
      "Alpine Linux has no systemd",
      "docs/containers.md",
    ],
    [
      "a system that is not of Debian's family",
      changed(raspberryPi, osRelease("fedora", "43", "Fedora Linux 43")),
      "Fedora Linux 43 is not of the Debian family",
      "docs/install.md",
    ],
    [
      "a Debian whose compiler is too old",
      changed(raspberryPi, osRelease("raspbian", "11", "Raspbian GNU/Linux 11 (bullseye)")),
      "Raspbian GNU/Linux 11 (bullseye) is too old",
      "Write a card with",
    ],
    [
      "a machine without systemd",
      changed(raspberryPi, { lacks: ["systemctl"] }),
      "systemd is missing",
      "docs/install.md",
    ],
    [
      "a kernel that is not Linux",
      changed(raspberryPi, { programs: { uname: "echo Darwin" } }),
      "this is Darwin",
      "npm ci && npm start",
    ],
  ])("%s", (_what, machine, reason, remedy) => {
    const { status, stderr, filesAfter } = refusal(machine);
    expect(status).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr).toContain(remedy);
    expect(filesAfter).toEqual(Object.keys(machine.files).sort());
  });

  it("to start where systemd does not run, but not to install without starting", () => {
    const files = { ...raspberryPi.files };
    delete files["run/systemd/system/.keep"];
    const container = { ...raspberryPi, files };
    expect(refusal(container).stderr).toContain("Add --no-start to install without starting");
    const unstarted = refusal(container, { flags: ["--dry-run", "--no-start"] });
    expect(unstarted.status).toBe(0);
    expect(unstarted.stdout).not.toMatch(/daemon-reload|restart/u);
  });

  it("a second installation beside the Debian package", () => {
    const { status, stderr } = refusal(raspberryPi, { installed: "sensor-exporter" });
    expect(status).toBe(1);
    expect(stderr).toContain("sudo apt-get remove sensor-exporter");
  });

  it("to do anything but a dry run without root", () => {
    const { status, stderr } = refusal(raspberryPi, { flags: ["--yes"] });
    expect(status).toBe(1);
    expect(stderr).toContain("root is needed");
  });

  it("to go on unasked where there is nobody to ask", () => {
    const { status, stderr } = refusal(raspberryPi, { flags: [], userId: 0 });
    expect(status).toBe(1);
    expect(stderr).toContain("Add --yes to agree");
  });

  it("what is neither a release nor a checkout", () => {
    const source = makeRelease();
    writeFileSync(join(source, "package.json"), "{}");
    expect(refusal(raspberryPi, { source }).stderr).toContain(
      "is neither a release nor a checkout",
    );
  });
});

describe("without a Node.js that runs, the installer", () => {
  it("names the archive for a 64-bit system, and how to hand it over", () => {
    const { status, stderr } = refusal(bookworm);
    expect(status).toBe(1);
    expect(stderr).toContain("apt-get has 18.20.4+dfsg-1~deb12u1.");
    expect(stderr).toContain("https://nodejs.org/dist/latest-v24.x/SHASUMS256.txt");
    expect(stderr).toContain("node-v.*-linux-arm64.tar.gz");
    expect(stderr).toContain("--node-from");
  });

  it("goes by the programs and not by the kernel: 32-bit systems boot a 64-bit one on a Pi 4", () => {
    const { stderr } = refusal(changed(bookworm, { programs: { dpkg: "echo armhf" } }));
    // Node.js 22 is the last line that nodejs.org builds for ARMv7: hardware facts of its download page.
    expect(stderr).toContain("https://nodejs.org/dist/latest-v22.x/");
    expect(stderr).toContain("linux-armv7l");
  });

  it("recognises a build for ARMv7 on an ARMv6 board by the signal it dies of", () => {
    const zero = changed(bookworm, {
      // A shell reports 128 + SIGILL (4).
      programs: { dpkg: "echo armhf", node: "kill -ILL $$" },
      lacks: [],
    });
    const { status, stderr } = refusal(zero, { processor: "armv6l" });
    expect(status).toBe(1);
    expect(stderr).toContain("most likely built for ARMv7, on an ARMv6 board");
    expect(stderr).toContain("https://unofficial-builds.nodejs.org/download/release");
    expect(stderr).toContain("linux-armv6l");
  });

  it.each([
    ["is too old", 'echo "18.20.4 108"', "it is 18.20.4; 20.19 or newer is needed"],
    ["is built for another system", "exit 127", "it does not start"],
    ["is broken", "echo boom >&2; exit 1", "it fails with status 1: boom"],
  ])("says that the one in the path %s", (_how, node, reason) => {
    const { status, stderr } = refusal(changed(bookworm, { programs: { node }, lacks: [] }));
    expect(status).toBe(1);
    expect(stderr).toContain(reason);
  });

  it("does not look for one on the network when offline", () => {
    const { stderr } = refusal(bookworm, { flags: ["--dry-run", "--offline"] });
    expect(stderr).toContain("apt-get was not asked");
  });
});

describe("an archive of Node.js", () => {
  const archive = (sums?: string): string => {
    const directory = temporaryDirectory();
    const file = join(directory, "node-v22.23.3-linux-arm64.tar.gz");
    writeFileSync(file, "an archive");
    if (sums !== undefined) writeFileSync(join(directory, "SHASUMS256.txt"), sums);
    return file;
  };
  const right = createHash("sha256").update("an archive").digest("hex");
  const from = (file: string, ...flags: readonly string[]) =>
    refusal(bookworm, { flags: ["--dry-run", "--node-from", file, ...flags] });

  it("is taken with the checksums that lie beside it", () => {
    const file = archive(
      `${"0".repeat(64)}  other.tar.gz\n${right}  node-v22.23.3-linux-arm64.tar.gz\n`,
    );
    const { status, stdout } = from(file);
    expect(status).toBe(0);
    expect(stdout).toContain(`Node.js    from ${file}, checksum right`);
    expect(stdout).toContain("/opt/sensor-exporter/node/node-v22.23.3-linux-arm64");
  });

  it("is taken with a checksum on the command line", () => {
    expect(from(archive(), `--node-sha256=${right.toUpperCase()}`).status).toBe(0);
  });

  it("is refused without a checksum", () => {
    const { status, stderr } = from(archive());
    expect(status).toBe(1);
    expect(stderr).toContain("there is nothing to check node-v22.23.3-linux-arm64.tar.gz against");
  });

  it("is refused with a wrong checksum", () => {
    const { status, stderr } = from(archive(), `--node-sha256=${"0".repeat(64)}`);
    expect(status).toBe(1);
    expect(stderr).toContain("is damaged, or not what it claims to be");
    expect(stderr).toContain(right);
  });

  it("is refused if the checksums are those of another version", () => {
    const { status, stderr } = from(archive(`${right}  node-v22.0.0-linux-arm64.tar.gz\n`));
    expect(status).toBe(1);
    expect(stderr).toContain("does not name node-v22.23.3-linux-arm64.tar.gz");
  });
});
