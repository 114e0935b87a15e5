import { execFile } from "node:child_process";
import { execPath } from "node:process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const spawnModule = new URL("../../src/spawn.ts", import.meta.url).href;
const processModule = new URL("../../src/buses/gpio-process.ts", import.meta.url).href;

/** Starts a tool in a process that has as many files open as it may; prints what became of it. */
const code = `
  import { openSync } from "node:fs";
  import { spawnProgram } from ${JSON.stringify(spawnModule)};
  import { endError } from ${JSON.stringify(processModule)};
  const start = () => spawnProgram({ program: "true", parameters: [] }, () => {});
  // Once before, so that nothing is left to be loaded.
  await start().ended;
  const open = [];
  try {
    for (;;) open.push(openSync("/dev/null"));
  } catch {}
  const { code, remedy } = endError("true", await start().ended);
  console.log(code, remedy);
`;

describe("starting a tool", () => {
  it("fails for want of file descriptors, and neither ends the exporter nor blames the tool", async () => {
    const shell = `ulimit -n 256; exec "$0" --conditions=source --import=tsx --input-type=module --eval "$1"`;
    const { stdout } = await promisify(execFile)("sh", ["-c", shell, execPath, code]);
    expect(stdout).toMatch(/^line-unavailable .*open files/u);
  }, 20_000);
});
