import { describe, expect, it } from "vitest";
import { StartError } from "../../src/errors.ts";
import { parseListenAddress, reachableUrl, urlOf } from "../../src/http/listen-address.ts";

describe("a listen address", () => {
  it.each([
    { text: ":10048", expected: { port: 10_048 } },
    { text: ":0", expected: { port: 0 } },
    { text: "127.0.0.1:9000", expected: { host: "127.0.0.1", port: 9000 } },
    { text: "[::1]:9000", expected: { host: "::1", port: 9000 } },
    { text: "pi.lan:80", expected: { host: "pi.lan", port: 80 } },
  ])("is read from $text", ({ text, expected }) => {
    expect(parseListenAddress(text)).toEqual(expected);
  });

  it.each([
    "",
    "10048",
    "host",
    ":65536",
    ":-1",
    ":80x",
    "::1:80",
    "[1.2.3.4]:80",
    "a b:80",
    ":1e3",
  ])("is refused when it is %j", (text) => {
    expect(() => parseListenAddress(text)).toThrow(StartError);
  });

  it.each([
    { address: "::", expected: "http://localhost:1" },
    { address: "0.0.0.0", expected: "http://localhost:1" },
    { address: "::1", expected: "http://[::1]:1" },
    { address: "192.0.2.7", expected: "http://192.0.2.7:1" },
  ])("is reached by browsers as $expected when bound to $address", ({ address, expected }) => {
    expect(urlOf({ address, port: 1 }, "http")).toBe(expected);
  });
});

describe("where other machines reach a listener", () => {
  it.each([
    ["http://localhost:10048", "http://attic:10048"],
    ["https://localhost:443", "https://attic:443"],
    ["http://192.168.7.20:10048", "http://192.168.7.20:10048"],
    ["http://[fd00::7]:10048", "http://[fd00::7]:10048"],
  ])("is the name of the host if it listens everywhere: %s", (url, reachable) => {
    expect(reachableUrl(url, "attic")).toBe(reachable);
  });
});
