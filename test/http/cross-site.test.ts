import { describe, expect, it } from "vitest";
import { isCrossSite } from "../../src/http/cross-site.ts";

describe("a request", () => {
  // Values of https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header and RFC 6454, section 7.3.
  it.each([
    { what: "no browser's", headers: {}, expected: false },
    { what: "a page's own", headers: { "sec-fetch-site": "same-origin" }, expected: false },
    { what: "the user's own", headers: { "sec-fetch-site": "none" }, expected: false },
    { what: "of the same site only", headers: { "sec-fetch-site": "same-site" }, expected: true },
    { what: "of another site", headers: { "sec-fetch-site": "cross-site" }, expected: true },
    {
      what: "of a page of this host",
      headers: { origin: "http://pi.lan:10048", host: "pi.lan:10048" },
      expected: false,
    },
    {
      what: "of a page of another port",
      headers: { origin: "http://pi.lan", host: "pi.lan:10048" },
      expected: true,
    },
    {
      what: "of a page of another host",
      headers: { origin: "https://evil.example", host: "pi.lan:10048" },
      expected: true,
    },
    {
      what: "of a page without an origin",
      headers: { origin: "null", host: "pi.lan:10048" },
      expected: true,
    },
  ])("that is $what is told from the rest", ({ headers, expected }) => {
    expect(isCrossSite(headers)).toBe(expected);
  });
});
