import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeSysfsFiles, openSysfs } from "../../src/buses/sysfs.ts";
import { SensorError } from "../../src/errors.ts";
import { attributeError, createSimulatedSysfs } from "../mocks/sysfs.ts";

const path = "/sys/devices/platform/board/attribute";

const sysfsWith = (text: () => string) => openSysfs(createSimulatedSysfs({ [path]: text }));

const relative = "devices/platform/board/attribute";

describe("the text of an attribute", () => {
  it("comes without the line end", async () => {
    expect(await sysfsWith(() => "cpu_thermal\n").readText(relative)).toBe("cpu_thermal");
  });

  it.each(["", "\n", "  \n"])("is missing data if it is %j", async (text) => {
    await expect(sysfsWith(() => text).readText(relative)).rejects.toMatchObject({
      code: "no-data",
      message: `${path} is empty`,
    });
  });

  it("is undefined if there is no such attribute and that is allowed", async () => {
    const sysfs = sysfsWith(() => "1\n");
    expect(await sysfs.readOptional("devices/platform/board/label")).toBeUndefined();
    expect(await sysfs.readOptional("devices/platform/absent/label")).toBeUndefined();
  });

  it("may be empty if it may be missing", async () => {
    expect(await sysfsWith(() => "\n").readOptional(relative)).toBe("");
  });

  it("is no excuse for other errors if it may be missing", async () => {
    const sysfs = sysfsWith(() => {
      throw attributeError(path, 5);
    });
    await expect(sysfs.readOptional(relative)).rejects.toMatchObject({ code: "bus-error" });
  });
});

describe("the number in an attribute", () => {
  // Forms that the kernel's IIO_VAL_INT, IIO_VAL_INT_PLUS_MICRO, IIO_VAL_FRACTIONAL and %d print.
  it.each([
    ["21437\n", 21437],
    ["-55000\n", -55000],
    ["0\n", 0],
    ["0.833333\n", 0.833333],
    ["-0.062500\n", -0.0625],
    ["101.325000000\n", 101.325],
    ["00042\n", 42],
  ])("is read from %j", async (text, value) => {
    expect(await sysfsWith(() => text).readNumber(relative)).toBe(value);
  });

  it.each([
    "12abc",
    "0x1f",
    "1e3",
    "+5",
    "5.",
    ".5",
    "1 2",
    "1\n2",
    "NaN",
    "Infinity",
    "true",
    "1.000000 dB",
    "9".repeat(400),
  ])("is not guessed from %j", async (text) => {
    const reading = sysfsWith(() => `${text}\n`).readNumber(relative);
    await expect(reading).rejects.toBeInstanceOf(SensorError);
    await expect(reading).rejects.toMatchObject({ code: "no-data" });
  });

  it("is missing where the file is empty, which Number would call zero", async () => {
    await expect(sysfsWith(() => "").readNumber(relative)).rejects.toMatchObject({
      code: "no-data",
    });
  });

  it("is shown in the message in no more than forty characters", async () => {
    const reading = sysfsWith(() => "x".repeat(4096)).readNumber(relative);
    await expect(reading).rejects.toThrow(`${path} holds "${"x".repeat(40)}..."`);
  });
});

describe("an error of the kernel", () => {
  // Numbers of include/uapi/asm-generic/errno-base.h and errno.h.
  it.each([
    ["ENOENT", 2, "device-missing"],
    ["ENODEV", 19, "device-missing"],
    ["EIO", 5, "bus-error"],
    ["ENXIO", 6, "bus-error"],
    ["EREMOTEIO", 121, "bus-error"],
    ["EPROTO", 71, "bus-error"],
    ["ETIMEDOUT", 110, "bus-timeout"],
    ["EAGAIN", 11, "no-data"],
    ["ENODATA", 61, "no-data"],
    ["EBUSY", 16, "no-data"],
    ["EINVAL", 22, "no-data"],
    ["EACCES", 13, "permission-denied"],
    ["EPERM", 1, "permission-denied"],
  ])("%s says what is wrong and where", async (name, errno, code) => {
    const sysfs = sysfsWith(() => {
      throw attributeError(path, errno);
    });
    const reading = sysfs.readNumber(relative);
    await expect(reading).rejects.toMatchObject({ code, message: `${path}: ${name}` });
    await expect(reading).rejects.toHaveProperty("cause.code", name);
  });

  it("without a name in Node's table is one of the transfer", async () => {
    const unnamed = Object.assign(new Error("Unknown system error -74: Unknown system error -74"), {
      code: "Unknown system error -74",
      errno: -74, // EBADMSG
    });
    const sysfs = sysfsWith(() => {
      throw unnamed;
    });
    await expect(sysfs.readText(relative)).rejects.toMatchObject({ code: "bus-error" });
  });

  it("is told from a defect of the program, which stays what it is", async () => {
    const defect = new TypeError("not a function");
    const sysfs = sysfsWith(() => {
      throw defect;
    });
    await expect(sysfs.readText(relative)).rejects.toBe(defect);
  });
});

describe("the machine's own files", () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "sysfs-"));
    await mkdir(join(root, "devices/platform/board/hwmon/hwmon3"), { recursive: true });
    await mkdir(join(root, "class/hwmon"), { recursive: true });
    await writeFile(join(root, "devices/platform/board/hwmon/hwmon3/name"), "sht3x\n");
    await symlink("../../devices/platform/board/hwmon/hwmon3", join(root, "class/hwmon/hwmon3"));
    await symlink("../..", join(root, "devices/platform/board/hwmon/hwmon3/device"));
  });

  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  it("are read through links", async () => {
    const sysfs = openSysfs(nodeSysfsFiles, root);
    expect(await sysfs.readText("class/hwmon/hwmon3/name")).toBe("sht3x");
  });

  it("are listed in order, and not at all where there is no directory", async () => {
    await writeFile(join(root, "class/hwmon/a"), "");
    const sysfs = openSysfs(nodeSysfsFiles, root);
    expect(await sysfs.list("class/hwmon")).toEqual(["a", "hwmon3"]);
    expect(await sysfs.list("class/absent")).toEqual([]);
    expect(await sysfs.list("class/hwmon/a")).toEqual([]);
  });

  it("show where a link leads, relative to a root that may be a link itself", async () => {
    const link = `${root}-link`;
    await symlink(root, link);
    try {
      const sysfs = openSysfs(nodeSysfsFiles, link);
      expect(await sysfs.resolve("class/hwmon/hwmon3/device")).toBe("devices/platform/board");
    } finally {
      await rm(link);
    }
  });

  it("are not followed out of the root", async () => {
    await symlink(tmpdir(), join(root, "class/outside"));
    const sysfs = openSysfs(nodeSysfsFiles, root);
    await expect(sysfs.resolve("class/outside")).rejects.toMatchObject({ code: "device-missing" });
  });

  it("are refused once they are longer than any attribute", async () => {
    await writeFile(join(root, "endless"), "1".repeat(65_537));
    await writeFile(join(root, "long"), "1".repeat(65_536));
    const sysfs = openSysfs(nodeSysfsFiles, root);
    await expect(sysfs.readText("endless")).rejects.toMatchObject({ code: "no-data" });
    expect(await sysfs.readText("long")).toHaveLength(65_536);
  });

  it("are missing data where a directory has the name of an attribute", async () => {
    const sysfs = openSysfs(nodeSysfsFiles, root);
    await expect(sysfs.readText("class/hwmon")).rejects.toMatchObject({ code: "no-data" });
  });

  it.skipIf(userInfo().uid === 0)("say that the user may not read them", async () => {
    await writeFile(join(root, "secret"), "1\n");
    await chmod(join(root, "secret"), 0);
    await expect(openSysfs(nodeSysfsFiles, root).readText("secret")).rejects.toMatchObject({
      code: "permission-denied",
    });
  });

  it("can be written for those who need to", async () => {
    await nodeSysfsFiles.writeFile(join(root, "export"), "17");
    expect(await nodeSysfsFiles.readFile(join(root, "export"))).toBe("17");
  });
});
