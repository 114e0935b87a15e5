import { describe, expect, it } from "vitest";
import { StartError } from "../../src/errors.ts";
import { inheritedSockets } from "../../src/systemd/sockets.ts";

// sd_listen_fds(3): LISTEN_PID names the process that the sockets are for, LISTEN_FDS says how many; the first is 3.
const given = (environment: Readonly<Record<string, string>>) => () =>
  inheritedSockets({ environment, processId: 4711 });

describe("sockets that systemd hands over", () => {
  it("begin with file descriptor 3", () => {
    expect(given({ LISTEN_PID: "4711", LISTEN_FDS: "2" })()).toEqual([
      { descriptor: 3 },
      { descriptor: 4 },
    ]);
  });

  it.each([
    ["there are none", {}, /no socket; enable sensor-exporter\.socket/u],
    ["they are another's", { LISTEN_PID: "4710", LISTEN_FDS: "1" }, /process 4710, .* 4711;/u],
    ["their number is zero", { LISTEN_PID: "4711", LISTEN_FDS: "0" }, /LISTEN_FDS is "0"/u],
    ["their number is none", { LISTEN_PID: "4711", LISTEN_FDS: "-1" }, /LISTEN_FDS is "-1"/u],
    ["they are too many", { LISTEN_PID: "4711", LISTEN_FDS: "65" }, /1 to 64/u],
  ])("are refused when %s", (_case, environment, message) => {
    expect(given(environment)).toThrow(StartError);
    expect(given(environment)).toThrow(message);
  });
});
