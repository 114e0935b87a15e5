import { describe, expect, it } from "vitest";
import { acceptsGzip, chooseFormat } from "../../src/http/accept.ts";

describe("the format", () => {
  it.each([
    {
      client: "Prometheus 2.42, recorded from the server of Debian 12",
      accept:
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    },
    {
      client: "Prometheus 2.49 and later (scrape.go, acceptHeader)",
      accept:
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    },
    {
      client: "Prometheus 3 (scrape_test.go, default scrape protocols)",
      accept:
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    },
    {
      client: "Prometheus 3 that prefers protobuf, which is not offered",
      accept:
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    },
    { client: "one that names no version", accept: "application/openmetrics-text" },
    { client: "one that likes both", accept: "text/plain, application/openmetrics-text" },
    { client: "one with quotes", accept: 'application/openmetrics-text; version="1.0.0"' },
    { client: "one in capitals", accept: "Application/OpenMetrics-Text; Version=1.0.0; Q=1" },
    { client: "one that takes any application", accept: "application/*" },
  ])("is OpenMetrics for $client", ({ accept }) => {
    expect(chooseFormat(accept)).toBe("openmetrics");
  });

  it.each([
    { client: "one that says nothing", accept: undefined },
    { client: "one that sends an empty header", accept: "" },
    { client: "curl", accept: "*/*" },
    {
      client: "Firefox",
      accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
    },
    {
      client: "Prometheus 3 told to use PrometheusText0.0.4",
      accept: "text/plain;version=0.0.4;q=0.6,*/*;q=0.5",
    },
    {
      client: "one that prefers the text format",
      accept: "application/openmetrics-text;q=0.5,text/plain",
    },
    {
      client: "one that knows an older OpenMetrics only",
      accept: "application/openmetrics-text;version=0.0.1",
    },
    { client: "one that refuses OpenMetrics", accept: "application/openmetrics-text;q=0,*/*" },
    {
      client: "one that refuses this version of it",
      accept: "application/openmetrics-text;version=1.0.0;q=0,application/*;q=0.5,*/*;q=0.4",
    },
    { client: "one that accepts nothing we have", accept: "application/json" },
    { client: "one that refuses everything", accept: "*/*;q=0" },
    { client: "one with a quality that is none", accept: "application/openmetrics-text;q=high" },
    { client: "one with a quality above 1", accept: "application/openmetrics-text;q=2" },
    { client: "one with a parameter that is none", accept: "application/openmetrics-text;version" },
    { client: "one that sends rubbish", accept: ";;,=,;q=,\u0000,/" },
  ])("is the text format for $client", ({ accept }) => {
    expect(chooseFormat(accept)).toBe("text");
  });

  it("reads a long malicious header in no time", () => {
    const startedMs = performance.now();
    chooseFormat('a="'.repeat(5000) + ",".repeat(1000) + "; =".repeat(2000));
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});

describe("gzip", () => {
  it.each([
    "gzip",
    "x-gzip",
    "deflate, gzip;q=1.0, *;q=0.5",
    "*",
    "GZIP",
    "identity;q=0, gzip;q=0.1",
  ])("is allowed by %s", (header) => {
    expect(acceptsGzip(header)).toBe(true);
  });

  it.each([
    undefined,
    "",
    "identity",
    "br",
    "gzip;q=0",
    "*;q=0",
    "gzip;q=0, *",
    "identity, gzip;q=0.5",
    "gzip;q=x",
  ])("is not used for %s", (header) => {
    expect(acceptsGzip(header)).toBe(false);
  });
});
