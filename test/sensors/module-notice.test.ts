import { describe, expect, it } from "vitest";
import { createLog } from "../../src/log.ts";
import { sayMissingModulesOnce } from "../../src/sensors/module-notice.ts";

describe("the notice of a missing module", () => {
  it("is given once for each module, however many sensors lack it, and hides nothing else", () => {
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const log = sayMissingModulesOnce(
      createLog({ level: "info", format: "logfmt", write, wallMs: () => 0 }),
    );
    for (const [sensor, code, error] of [
      ["attic", "module-missing", "no i2c-bus"],
      ["cellar", "module-missing", "no i2c-bus"],
      ["rain", "module-missing", "no onoff"],
      ["shed", "no-acknowledge", "silent"],
      ["garden", "no-acknowledge", "silent"],
    ]) {
      log.warn("down", { sensor, code, error });
    }
    expect(lines.map((line) => /sensor=(\w+)/u.exec(line)?.[1])).toEqual([
      "attic",
      "rain",
      "shed",
      "garden",
    ]);
  });
});
