import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { SensorError } from "../../src/errors.ts";
import { parrot } from "../detect/board.ts";
import { createAdapter } from "../mocks/i2c.ts";
import { groupIds, otherBoard, pi3, pi4, pi5, piPermissions } from "./boards.ts";
import { about, diagnose, onThisNetwork } from "./patient.ts";

const groups = [1000, groupIds.gpio, groupIds.i2c];
const well = { permissions: piPermissions, groupIds: groups };
const chipAt = (address: number, byte: number) =>
  new Map([[1, createAdapter({ slots: new Map([[address, { chip: parrot(byte) }]]) })]]);
const pressure = "sensors: { attic: { driver: bme280 } }";
const rain = (line: number, more = "") =>
  `sensors: { rain: { driver: pulse-counter, line: ${line}${more} } }`;

describe("a board on which all is well", () => {
  it.each([
    ["Raspberry Pi 3 Model B Plus Rev 1.3", pi3],
    ["Raspberry Pi 4 Model B Rev 1.4", pi4],
    ["Raspberry Pi 5 Model B Rev 1.0", pi5],
  ])("is left alone: %s", async (model, files) => {
    // BST-BME280-DS002, section 5.4.1: 0x60 in the register of the identification.
    const configuration = `${pressure.slice(0, -2)}, rain: { driver: pulse-counter, line: 17 } }`;
    const results = await diagnose({ ...well, files, adapters: chipAt(0x76, 0x60), configuration });
    expect(results.filter(({ verdict }) => verdict !== "ok")).toEqual([]);
    expect(results[0]?.finding).toBe(
      `${model}, Debian GNU/Linux 13 (trixie), Linux 6.12.47+rpt-rpi-v8`,
    );
  });
});

describe("I2C", () => {
  it("is enabled by raspi-config on a Raspberry Pi", async () => {
    const { "/dev/i2c-1": _, ...files } = Object.fromEntries(
      Object.entries(pi4).filter(([path]) => !path.includes("i2c-1/")),
    );
    expect(await about("i2c", { ...well, files, configuration: pressure })).toMatchObject([
      { verdict: "fail", remedy: "sudo raspi-config nonint do_i2c 0" },
    ]);
  });

  it("is enabled by hand where there is no raspi-config", async () => {
    const [result] = await about("i2c", { files: otherBoard, configuration: pressure });
    expect(result?.verdict).toBe("fail");
    expect(result?.remedy).toContain("sudo modprobe i2c-dev");
  });

  it("is not asked for where nothing needs it", async () => {
    const configuration = "sensors: { processor: { driver: thermal } }";
    expect(await about("i2c", { files: otherBoard, configuration })).toMatchObject([
      { verdict: "ok" },
    ]);
  });

  it("is opened by membership in its group", async () => {
    const files = { ...pi4, "/etc/group": "root:x:0:\ni2c:x:988:\n" };
    const given = { files, permissions: piPermissions, groupIds: [1000], configuration: pressure };
    expect(await about("i2c", given)).toMatchObject([
      { verdict: "fail", remedy: "sudo usermod -aG i2c pi; then log out and in again" },
    ]);
  });

  it("is opened by logging in again, once the membership is there", async () => {
    const given = { files: pi4, permissions: piPermissions, groupIds: [1000] };
    expect(await about("i2c", { ...given, configuration: pressure })).toMatchObject([
      { verdict: "fail", remedy: "log out and in again" },
    ]);
  });

  it("is looked at for the user of the service, not for root who asks", async () => {
    const passwd = `${pi4["/etc/passwd"]}sensor-exporter:x:990:990::/:/usr/sbin/nologin\n`;
    const files = { ...pi4, "/etc/passwd": passwd };
    const given = { files, permissions: piPermissions, userId: 0, configuration: pressure };
    expect(await about("i2c", given)).toMatchObject([
      {
        verdict: "fail",
        remedy: "sudo usermod -aG i2c sensor-exporter; then sudo systemctl restart sensor-exporter",
      },
    ]);
  });

  it("needs rules where the device file belongs to root alone", async () => {
    const given = { files: pi4, groupIds: [1000], configuration: pressure };
    const [result] = await about("i2c", { ...given, permissions: { "/dev/i2c-1": [0, 0o600] } });
    expect(result?.remedy).toContain("udev rules");
  });

  it("has another number than the configuration says", async () => {
    const configuration = "sensors: { attic: { driver: bme280, bus: 3 } }";
    const [result] = await about("i2c", { ...well, files: pi4, configuration });
    expect(result).toMatchObject({ verdict: "fail", finding: "there is no /dev/i2c-3" });
    expect(result?.remedy).toContain("/dev/i2c-1");
  });

  // The device tree is big-endian: 0x000186a0 is 100 000, 0x000f4240 is 1 000 000.
  it.each([
    ["ok", [0x00, 0x01, 0x86, 0xa0], "/dev/i2c-1 runs at 100 kHz; its controller spoils"],
    ["warn", [0x00, 0x0f, 0x42, 0x40], "/dev/i2c-1 runs at 1000 kHz, faster than most chips can"],
  ])("is told with its speed: %s", async (verdict, frequency, finding) => {
    const path = "/sys/bus/i2c/devices/i2c-1/of_node/";
    const [result] = await about("i2c", {
      ...well,
      files: pi4,
      bytes: {
        [`${path}clock-frequency`]: Uint8Array.from(frequency),
        [`${path}compatible`]: new TextEncoder().encode("brcm,bcm2711-i2c\0brcm,bcm2835-i2c\0"),
      },
      configuration: pressure,
    });
    expect(result?.verdict).toBe(verdict);
    expect(result?.finding).toContain(finding);
  });
});

describe("the sensors of the configuration", () => {
  it("are missed where no chip answers", async () => {
    const adapters = new Map([[1, createAdapter()]]);
    const given = { ...well, files: pi4, adapters, configuration: pressure };
    const [result] = await about("sensors", given);
    expect(result).toMatchObject({ verdict: "fail" });
    expect(result?.finding).toContain("attic: /dev/i2c-1 0x76: no chip acknowledges");
    expect(result?.remedy).toContain("i2cdetect -y 1");
  });

  it("are told from another chip at their address", async () => {
    const given = { ...well, files: pi4, adapters: chipAt(0x76, 0x58), configuration: pressure };
    const [result] = await about("sensors", given);
    expect(result?.finding).toContain("a BMP280, which has no humidity sensor");
  });

  it("are asked no further on a bus that hangs", async () => {
    const slot = { chip: parrot(0), fault: "timeout" as const };
    const slots = new Map([
      [0x76, slot],
      [0x77, slot],
    ]);
    const results = await about("sensors", {
      ...well,
      files: pi4,
      adapters: new Map([[1, createAdapter({ slots })]]),
      configuration: "sensors: { a: { driver: bme280 }, b: { driver: bme280, address: 0x77 } }",
    });
    expect(results.map(({ finding }) => finding.slice(0, 2))).toEqual(["a:"]);
  });
});

describe("1-Wire", () => {
  const configuration = "sensors: { boiler: { driver: ds18b20, id: 28-0316a2794bff } }";

  it("is enabled by raspi-config, which needs a restart", async () => {
    expect(await about("1-wire", { ...well, files: pi4, configuration })).toMatchObject([
      { verdict: "fail", remedy: "sudo raspi-config nonint do_onewire 0; sudo reboot" },
    ]);
  });

  it("lacks the module that reads thermometers", async () => {
    const files = { ...pi4, "/sys/devices/w1_bus_master1/28-0316a2794bff/name": "x" };
    expect(await about("1-wire", { ...well, files, configuration })).toMatchObject([
      { verdict: "fail", remedy: "sudo modprobe w1_therm" },
    ]);
  });

  it("lacks its pull-up where numbers are made up", async () => {
    const files = { ...pi4, "/sys/devices/w1_bus_master1/00-400000000000/name": "x" };
    const [result] = await about("1-wire", { ...well, files, configuration });
    expect(result?.remedy).toContain("pull-up of 4.7 kΩ");
  });
});

describe("GPIO", () => {
  it.each([
    // Line 17 of the header's chip: its first number, 512 or 571, and 17.
    ["Pi 3", pi3, "rain: line 17 of pinctrl-bcm2835, number 529 in sysfs, by sysfs"],
    ["Pi 4", pi4, "rain: line 17 of pinctrl-bcm2711, number 529 in sysfs, by sysfs"],
    ["Pi 5", pi5, "rain: line 17 of pinctrl-rp1, number 588 in sysfs, by sysfs"],
  ])("is found at its number in sysfs on a %s", async (_board, files, finding) => {
    const results = await about("gpio", { ...well, files, configuration: rain(17) });
    expect(results).toMatchObject([{ verdict: "ok", finding }]);
  });

  it("goes by the character device where there is no sysfs", async () => {
    const results = await about("gpio", {
      files: otherBoard,
      permissions: { "/dev/gpiochip0": [1000, 0o660] },
      programs: {
        // libgpiod 2.2.1, `--version` and gpiodetect.
        gpiomon: "gpiomon (libgpiod) v2.2.1\nCopyright\n",
        gpiodetect: "gpiochip0 [gpio0] (32 lines)\n",
      },
      configuration: rain(17).replace("line: 17", "line: { chip: gpio0, line: 17 }"),
    });
    expect(results).toMatchObject([
      { verdict: "ok", finding: "gpiomon (libgpiod) v2.2.1" },
      { verdict: "ok", finding: "rain: line 17 of gpio0, by chardev" },
    ]);
  });

  it("cannot be reached without sysfs and without libgpiod's tools", async () => {
    const results = await about("gpio", { files: otherBoard, userId: 0, configuration: rain(17) });
    expect(results).toMatchObject([{ verdict: "fail" }]);
    expect(results[0]?.remedy).toContain("sudo apt install gpiod");
  });

  it("is opened by membership in its group", async () => {
    const files = { ...pi4, "/etc/group": "root:x:0:\ngpio:x:986:\n" };
    const given = { files, permissions: piPermissions, groupIds: [1000], configuration: rain(17) };
    const remedies = (await about("gpio", given)).map(({ remedy }) => remedy);
    expect(remedies).toContain("sudo usermod -aG gpio pi; then log out and in again");
  });

  it("says once what two of its files have in common", async () => {
    const given = { files: pi4, permissions: piPermissions, groupIds: [1000] };
    const results = await about("gpio", { ...given, configuration: rain(17) });
    expect(results.map(({ remedy }) => remedy)).toEqual(["log out and in again", undefined]);
  });

  it("keeps off the lines of buses", async () => {
    // Raspberry Pi documentation, "GPIO and the 40-pin header": GPIO2 is SDA of bus 1.
    const results = await about("gpio", { ...well, files: pi4, configuration: rain(2) });
    expect(results).toMatchObject([{ verdict: "fail" }]);
    expect(results[0]?.finding).toContain("GPIO2 belongs to I2C bus 1");
  });

  it("warns of a line that was taken from a bus which is enabled", async () => {
    const configuration = rain(2, ", allow_reserved: true");
    const results = await about("gpio", { ...well, files: pi4, configuration });
    expect(results).toMatchObject([{ verdict: "warn" }]);
    expect(results[0]?.remedy).toContain("raspi-config nonint do_i2c 1");
  });

  it.each([
    [8, "/dev/spidev0.0", "raspi-config nonint do_spi 1"],
    [14, "/dev/serial0", "Serial Port"],
    [4, "/sys/devices/w1_bus_master1/w1_master_name", "1-Wire is enabled"],
  ])("warns of line %i where %s is there", async (line, file, remedy) => {
    const configuration = rain(line, ", allow_reserved: true");
    const files = { ...pi4, [file]: "" };
    const results = await about("gpio", { ...well, files, configuration });
    expect(results).toMatchObject([{ verdict: "warn" }]);
    expect(results[0]?.remedy).toContain(remedy);
  });

  it("leaves the lines of other boards to their owners", async () => {
    const results = await about("gpio", {
      files: { ...otherBoard, "/dev/i2c-1": "" },
      userId: 0,
      programs: {
        gpiomon: "gpiomon (libgpiod) v2.2.1\n",
        gpiodetect: "gpiochip0 [gpio0] (32 lines)\n",
      },
      configuration: rain(2).replace("line: 2", "line: { chip: gpio0, line: 2 }"),
    });
    expect(results.map(({ verdict }) => verdict)).toEqual(["ok", "ok"]);
  });
});

describe("the native modules", () => {
  const broken = new SensorError("module-missing", "i2c-bus cannot be loaded");
  const platform = { loadI2c: () => Promise.reject(broken) };

  it("are needed by what the configuration names", async () => {
    const given = { ...well, files: pi4, platform };
    const needed = await about("modules", { ...given, configuration: pressure });
    const unneeded = await about("modules", {
      ...given,
      configuration: "sensors: { processor: { driver: thermal } }",
    });
    expect(needed[0]).toMatchObject({ verdict: "fail", finding: "i2c-bus cannot be loaded" });
    expect(needed[0]?.remedy).toContain("npm rebuild i2c-bus epoll");
    expect(unneeded[0]?.verdict).toBe("warn");
  });
});

describe("Node.js", () => {
  it.each(["v18.20.4", "v20.18.3"])("is too old: %s", async (version) => {
    const [result] = await about("node", { files: pi4, runtime: { version } });
    expect(result?.verdict).toBe("fail");
  });

  // /proc/cpuinfo of a Pi Zero.
  const cpuinfo = "model name\t: ARMv6-compatible processor rev 7 (v6l)\nCPU architecture: 7\n";

  it("is built for another processor than that of a Pi Zero", async () => {
    const runtime = { architecture: "arm", armVersion: "7" };
    const [result] = await about("node", { files: { ...pi4, "/proc/cpuinfo": cpuinfo }, runtime });
    expect(result?.finding).toContain("built for ARMv7, the processor is an ARMv6");
  });

  it("has a last version for a Pi Zero", async () => {
    const runtime = { architecture: "arm", armVersion: "6" };
    const [result] = await about("node", { files: { ...pi4, "/proc/cpuinfo": cpuinfo }, runtime });
    expect(result).toMatchObject({ verdict: "warn", remedy: "stay with Node.js 22" });
  });
});

describe("the clock", () => {
  it("was never set if it is older than the program", async () => {
    const [result] = await about("clock", { files: pi4, wallMs: 0 });
    expect(result).toMatchObject({ verdict: "fail" });
    expect(result?.finding).toContain("1970-01-01");
  });

  it.each([
    ["yes\n", "ok"],
    ["no\n", "warn"],
  ])("is synchronized or not as timedatectl says: %j", async (output, verdict) => {
    const [result] = await about("clock", { files: pi4, programs: { timedatectl: output } });
    expect(result?.verdict).toBe(verdict);
  });
});

describe("the supply", () => {
  const hwmon = "/sys/devices/platform/soc/soc:firmware/raspberrypi-hwmon/hwmon/hwmon1";
  const withAlarm = (alarm: string) => ({
    ...pi4,
    [`${hwmon}/name`]: "rpi_volt\n",
    [`${hwmon}/in0_lcrit_alarm`]: `${alarm}\n`,
  });

  it.each([
    ["0", "ok"],
    ["1", "fail"],
  ])("is told by the firmware's alarm %s: %s", async (alarm, verdict) => {
    const [result] = await about("power", { files: withAlarm(alarm) });
    expect(result?.verdict).toBe(verdict);
  });
});

describe("the directory of the counters", () => {
  const user = `${pi4["/etc/passwd"]}sensor-exporter:x:990:990::/:/usr/sbin/nologin\n`;
  const directory = "/var/lib/sensor-exporter";
  const served = { ...pi4, "/etc/passwd": user, [`${directory}/counters.json`]: "{}" };
  const permissions = { [directory]: [990, 0o770] } as const;
  const mounts = (options: string) => `/dev/root / ext4 ${options} 0 0\n`;

  it("is as it should be", async () => {
    const files = { ...served, "/proc/mounts": mounts("rw,noatime") };
    expect(await about("state", { files, permissions })).toMatchObject([
      { verdict: "ok", finding: `${directory}: 1024 MB left` },
    ]);
  });

  it("is not there although there is a service", async () => {
    const files = { ...pi4, "/etc/passwd": user };
    expect(await about("state", { files })).toMatchObject([{ verdict: "fail" }]);
  });

  it("is not asked for where there is no service", async () => {
    expect(await about("state", { files: pi4 })).toEqual([]);
  });

  it("lies on a read-only file system", async () => {
    const files = { ...served, "/proc/mounts": mounts("ro,noatime") };
    const [result] = await about("state", { files, permissions });
    expect(result?.verdict).toBe("warn");
    expect(result?.remedy).toContain("sudo mount -o remount,rw");
  });

  it("belongs to somebody else", async () => {
    const [result] = await about("state", { files: served });
    expect(result?.remedy).toBe(`sudo chown -R sensor-exporter: ${directory}`);
  });

  it.each([
    [2 ** 20, "fail"],
    [32 * 2 ** 20, "warn"],
  ])("has %i bytes left: %s", async (freeBytes, verdict) => {
    const [result] = await about("state", { files: served, permissions, freeBytes });
    expect(result?.verdict).toBe(verdict);
  });
});

describe("brokers", () => {
  const configuration = (url: string) => `mqtt: [{ url: "${url}", discover: [tasmota] }]`;

  it("are reachable or not, without logging in", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const given = {
      files: pi4,
      network: onThisNetwork,
      isInRealTime: true,
      configuration: configuration(`mqtt://127.0.0.1:${port}`),
    };
    const [open] = await about("brokers", given);
    await new Promise((resolve) => server.close(resolve));
    const [closed] = await about("brokers", given);
    expect([open?.verdict, closed?.verdict]).toEqual(["ok", "fail"]);
    expect(closed?.remedy).toContain("start the broker");
  });

  it("are given up after three seconds of silence", async () => {
    const connect = (_host: string, _port: number, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    const given = {
      files: pi4,
      network: { connect },
      configuration: configuration("mqtts://[fd00::1]"),
    };
    const [result] = await about("brokers", given);
    expect(result?.finding).toContain("[fd00::1]:8883 does not answer within 3 s");
  });
});

describe("the service", () => {
  const unit = (active: string, file = "enabled", result = "success") =>
    `LoadState=loaded\nActiveState=${active}\nSubState=x\nUnitFileState=${file}\nResult=${result}\n`;
  const answer = (status: number, body: string) => ({ request: async () => ({ status, body }) });

  it("is not asked for where it is not installed", async () => {
    const programs = { systemctl: "LoadState=not-found\nActiveState=inactive\n" };
    expect(await about("service", { files: pi4, programs })).toEqual([]);
  });

  it.each([
    [unit("active"), "ok", undefined],
    [unit("active", "disabled"), "warn", "sudo systemctl enable sensor-exporter"],
    [unit("inactive"), "warn", "sudo systemctl enable --now sensor-exporter"],
    [
      `${unit("failed", "enabled", "exit-code")}ExecMainStatus=78\n`,
      "fail",
      "sudo sensor-exporter check --config.file=/etc/sensor-exporter/config.yaml",
    ],
    [
      unit("failed", "enabled", "exit-code"),
      "fail",
      "journalctl -u sensor-exporter -n 30 --no-pager",
    ],
  ])("is told by systemd: %j", async (systemctl, verdict, remedy) => {
    const [result] = await about("service", { files: pi4, programs: { systemctl } });
    expect([result?.verdict, result?.remedy]).toEqual([verdict, remedy]);
  });

  it.each([
    ["is free", {}, undefined, "ok"],
    ["is that of an exporter", answer(200, "Ready.\n"), undefined, "ok"],
    ["is that of an exporter that starts", answer(503, "Starting.\n"), undefined, "warn"],
    ["is that of another program", answer(404, "not here"), undefined, "fail"],
    ["is that of the service behind a login", answer(401, ""), unit("active"), "ok"],
    ["is free although the service runs", {}, unit("active"), "warn"],
  ])("has a port that %s", async (_what, network, systemctl, verdict) => {
    const programs = systemctl === undefined ? {} : { systemctl };
    const [result] = await about("port", { files: pi4, network, programs });
    expect(result?.verdict).toBe(verdict);
  });
});

describe("the port of the service", () => {
  it.each([
    ['SENSOR_EXPORTER_ARGS="--log.level=warn --web.listen-address=[::1]:9100"', "9100 is free"],
    ["SENSOR_EXPORTER_ARGS=--web.listen-address=:9100", "9100 is free"],
    ["# SENSOR_EXPORTER_ARGS=--web.listen-address=:9100", "10048 is free"],
  ])("is that of its arguments: %s", async (text, finding) => {
    const files = { ...pi4, "/etc/default/sensor-exporter": `${text}\n` };
    expect(await about("port", { files })).toMatchObject([{ finding }]);
  });
});

describe("the configuration", () => {
  it("is written by detect where there is none", async () => {
    const [result] = await about("configuration", { files: pi4 });
    expect(result).toMatchObject({ verdict: "warn" });
    expect(result?.remedy).toContain("sensor-exporter detect");
  });

  it("is wrong in every place that is named", async () => {
    const configuration = "sensors: { a: { driver: nothing }, b: { driver: bme280, adress: 1 } }";
    const results = await about("configuration", { files: pi4, configuration });
    expect(results.map(({ verdict }) => verdict)).toEqual(["fail", "fail"]);
  });
});

describe("a check that cannot look", () => {
  it("says so, and the others go on", async () => {
    const platform = {
      files: {
        readFile: () => Promise.reject(new Error("the disk is gone")),
        writeFile: async () => {},
        readDirectory: () => Promise.reject(Object.assign(new Error("EIO"), { code: "EIO" })),
        realPath: async (path: string) => path,
      },
    };
    const results = await diagnose({ files: pi4, platform });
    expect(results.filter(({ topic }) => topic === "power")).toMatchObject([{ verdict: "warn" }]);
    expect(results.map(({ topic }) => topic)).toContain("port");
  });
});
