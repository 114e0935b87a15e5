import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A machine that the installer believes to be on: its files, and the programs in its path, and nothing else. */
export interface Machine {
  /** Files by their path, below a temporary root. */
  readonly files: Readonly<Record<string, string>>;
  /** Programs that are not the host's: the lines of a shell script, by name. */
  readonly programs: Readonly<Record<string, string>>;
  /** Programs of the usual ones that are missing. */
  readonly lacks?: readonly string[];
}

/** How a run of the installer ended. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every file below the root, after the run. */
  readonly filesAfter: readonly string[];
}

/** What Debian has in every installation, and these tests do not fake. */
const hostPrograms =
  "awk bash basename cat chgrp chmod chown cmp comm cp cut df dirname du env find flock grep head hostname ln mkdir mktemp mv printf readlink realpath rm sed sh sha256sum sleep sort sync tail tar touch tr wc xargs";

const usualPrograms: Readonly<Record<string, string>> = {
  "apt-cache": "echo '  Candidate: 20.19.2+dfsg-1'",
  "apt-get": "exit 100",
  dpkg: "echo arm64",
  "dpkg-query": 'case "$4" in "" | $TEST_INSTALLED) printf ii ;; *) exit 1 ;; esac',
  getent: 'grep "^$2:" "$SENSOR_EXPORTER_INSTALL_ROOT/etc/$1"',
  id: 'case $1 in -u) [ $# = 1 ] && echo "$TEST_UID" || exit 1 ;; *) exit 1 ;; esac',
  node: `case $1 in -p) echo "20.19.2 115" ;; *) exit 1 ;; esac`,
  systemctl: "exit 1",
  uname: 'case $1 in -s) echo Linux ;; *) echo "$TEST_MACHINE" ;; esac',
};

const raspberryPiOs = `PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
VERSION_ID="13"
ID=debian
`;

/** A Raspberry Pi 4 with Raspberry Pi OS trixie of 64 bits and Debian's Node.js, I2C off. */
export const raspberryPi: Machine = {
  files: {
    "etc/os-release": raspberryPiOs,
    "etc/group": "i2c:x:994:pi\ngpio:x:986:pi\n",
    "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
    "proc/meminfo": "MemTotal:        3884376 kB\n",
    "run/systemd/system/.keep": "",
    "boot/firmware/config.txt": "dtparam=audio=on\n#dtparam=i2c_arm=on\n",
    "usr/lib/udev/rules.d/99-com.rules":
      'SUBSYSTEM=="i2c-dev", GROUP="i2c", MODE="0660"\nSUBSYSTEM=="gpio", GROUP="gpio", MODE="0660"\n',
  },
  programs: {
    "raspi-config": 'case "$2" in get_*) echo 1 ;; *) exit 1 ;; esac',
  },
};

/** A board of another make with plain Debian, whose kernel has an I2C bus. */
export const otherBoard: Machine = {
  files: {
    "etc/os-release": raspberryPiOs,
    "etc/group": "root:x:0:\n",
    "proc/device-tree/model": "Xunlong Orange Pi Zero 3\0",
    "proc/meminfo": "MemTotal:         987654 kB\n",
    "run/systemd/system/.keep": "",
    "dev/i2c-3": "",
    "sys/module/i2c_dev/refcnt": "0\n",
  },
  programs: {},
};

/** The same machine with other files or programs. */
export const changed = (machine: Machine, change: Partial<Machine>): Machine => ({
  files: { ...machine.files, ...change.files },
  programs: { ...machine.programs, ...change.programs },
  lacks: change.lacks ?? machine.lacks ?? [],
});

/** A temporary directory that goes away with the test. */
export const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "sensor-exporter-installer-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

const write = (file: string, text: string, mode = 0o644): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
};

const setUpPrograms = (machine: Machine, directory: string): void => {
  mkdirSync(directory);
  for (const name of hostPrograms.split(" ")) {
    const found = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
      .map((path) => join(path, name))
      .find(existsSync);
    if (found !== undefined) symlinkSync(found, join(directory, name));
  }
  for (const [name, lines] of Object.entries({ ...usualPrograms, ...machine.programs })) {
    write(join(directory, name), `#!/bin/sh\n${lines}\n`, 0o755);
  }
  for (const name of machine.lacks ?? []) rmSync(join(directory, name), { force: true });
};

/** A release as its archive unpacks, with a program that does nothing. */
export const makeRelease = (version = "1.2.3"): string => {
  const release = temporaryDirectory();
  for (const part of ["scripts/install-pi.sh", "scripts/install", "config"]) {
    cpSync(part, join(release, part), { recursive: true });
  }
  write(
    join(release, "package.json"),
    `{\n  "name": "sensor-exporter",\n  "version": "${version}"\n}\n`,
  );
  write(join(release, "package-lock.json"), "{}\n");
  write(join(release, "dist/src/main.js"), "");
  write(join(release, "node_modules/.package-lock.json"), "{}\n");
  return release;
};

/** How the installer is started. */
export interface Start {
  readonly source: string;
  readonly flags: readonly string[];
  readonly processor?: string;
  /** A package that dpkg knows as installed. */
  readonly installed?: string;
  readonly userId?: number;
}

/** Runs the installer of `source` on the machine. */
export const install = (machine: Machine, start: Start): Outcome => {
  const base = temporaryDirectory();
  const [root, programs] = [join(base, "root"), join(base, "bin")];
  for (const [path, text] of Object.entries(machine.files)) write(join(root, path), text);
  setUpPrograms(machine, programs);
  const { status, stdout, stderr } = spawnSync(
    join(start.source, "scripts/install-pi.sh"),
    start.flags,
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: programs,
        SENSOR_EXPORTER_INSTALL_ROOT: root,
        TEST_MACHINE: start.processor ?? "aarch64",
        TEST_INSTALLED: start.installed ?? "nothing",
        TEST_UID: String(start.userId ?? 1000),
      },
    },
  );
  const filesAfter = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
  return { status, stdout, stderr, filesAfter };
};
