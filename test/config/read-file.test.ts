import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readBeginning } from "../../src/config/read-file.ts";

const directory = mkdtempSync(join(tmpdir(), "sensor-exporter-"));
const file = join(directory, "file");
writeFileSync(file, "0123456789");
afterAll(() => rmSync(directory, { recursive: true }));

describe("reading the beginning of a file", () => {
  it("gives all of a shorter one", async () => {
    expect(new TextDecoder().decode(await readBeginning(file, 100))).toBe("0123456789");
  });

  it("goes no further than asked", async () => {
    expect(new TextDecoder().decode(await readBeginning(file, 4))).toBe("0123");
  });

  it("ends with a device that never does", async () => {
    expect((await readBeginning("/dev/zero", 1000)).length).toBe(1000);
  });

  it("does not wait for somebody to write to a named pipe", async () => {
    const pipe = join(directory, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(await readBeginning(pipe, 10)).toHaveLength(0);
  });

  it("rejects with the code of the system", async () => {
    await expect(readBeginning(join(directory, "gone"), 1)).rejects.toMatchObject({
      code: "ENOENT",
    });
    await expect(readBeginning(directory, 1)).rejects.toMatchObject({ code: "EISDIR" });
  });
});
