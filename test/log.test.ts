import { describe, expect, it } from "vitest";
import { createLog, type LogFormat, type LogLevel } from "../src/log.ts";

const linesOf = (
  use: (log: ReturnType<typeof createLog>) => void,
  { level = "info", format = "logfmt" }: { level?: LogLevel; format?: LogFormat } = {},
): string[] => {
  const lines: string[] = [];
  const wallMs = () => Date.UTC(2026, 10, 21, 12, 0, 0, 7);
  use(createLog({ level, format, write: (line) => lines.push(line), wallMs }));
  return lines;
};

describe("the log", () => {
  it("writes one line of fields per event, the time in UTC first", () => {
    expect(
      linesOf((log) => log.warn("down", { sensor: "attic", code: "checksum", tries: 3 })),
    ).toEqual([
      "time=2026-11-21T12:00:00.007Z level=warn event=down sensor=attic code=checksum tries=3\n",
    ]);
  });

  it("quotes what would otherwise read as two fields", () => {
    const [line] = linesOf((log) =>
      log.info("x", { a: "two words", b: 'say "hi"', c: "k=v", d: "" }),
    );
    expect(line).toContain(String.raw`a="two words" b="say \"hi\"" c="k=v" d=""`);
  });

  it("keeps a value with line breaks on its own line, so that nothing can forge a second one", () => {
    const [line] = linesOf((log) => log.info("x", { error: "bad\nlevel=error event=forged" }));
    expect(line?.split("\n")).toHaveLength(2);
    expect(line).toContain(String.raw`error="bad\nlevel=error event=forged"`);
  });

  it("leaves out fields without a value", () => {
    expect(linesOf((log) => log.info("x", { a: undefined, b: false }))[0]).toMatch(
      /event=x b=false\n$/,
    );
  });

  it("is silent below its level", () => {
    const lines = linesOf(
      (log) => {
        log.debug("a");
        log.info("b");
        log.warn("c");
        log.error("d");
      },
      { level: "warn" },
    );
    expect(lines.map((line) => /event=(\w)/.exec(line)?.[1])).toEqual(["c", "d"]);
  });

  it("writes one JSON object per line when asked to", () => {
    const [line = ""] = linesOf((log) => log.error("x", { remedy: 'a "b"\n' }), { format: "json" });
    expect(JSON.parse(line)).toEqual({
      time: "2026-11-21T12:00:00.007Z",
      level: "error",
      event: "x",
      remedy: 'a "b"\n',
    });
  });

  it.each(["logfmt", "json"] as const)("clips a value of any length in %s", (format) => {
    const [line = ""] = linesOf((log) => log.info("x", { error: "y".repeat(100_000) }), { format });
    expect(line.length).toBeLessThan(1_200);
  });
});
