import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeHtml, type PageBroker, type PageSensor, renderPage } from "../../src/http/page.ts";

const attic: PageSensor = {
  name: "attic",
  driver: "bme280",
  labels: "room=attic",
  state: "up",
  readings: [
    { label: "temperature", text: "21.50 °C", ageSeconds: 3.4 },
    { label: "pressure", text: "1013.2 hPa", ageSeconds: 400 },
  ],
};

const cellar: PageSensor = {
  name: "cellar",
  driver: "sht4x",
  labels: "",
  state: "down",
  problem: { message: "/dev/i2c-1 0x44: no acknowledge", remedy: "Check wiring." },
  readings: [],
};

const page = (
  sensors: readonly PageSensor[],
  simulated = false,
  brokers: readonly PageBroker[] = [],
) => renderPage({ version: "1.2.3", metricsPath: "/metrics", simulated, sensors, brokers });

describe("the landing page", () => {
  it("shows every sensor with value, age and state", () => {
    const { body } = page([attic, cellar]);
    for (const text of [
      "attic",
      "21.50 °C",
      "3\u00a0s",
      "7\u00a0min",
      "no acknowledge",
      "Check wiring.",
    ]) {
      expect(body).toContain(text);
    }
    expect(body).toContain('2 sensors, <span class="down">1 down</span>');
    expect(body).toContain('<a href="/metrics">');
  });

  it("says so when nothing on it was measured", () => {
    expect(page([attic], true).body).toContain("no value on this page was measured");
    expect(page([attic], false).body).not.toContain("no value on this page was measured");
  });

  it("says so when there is nothing to show", () => {
    expect(page([]).body).toContain("No sensor is configured.");
  });

  it("allows no style but its own and no script at all", () => {
    const { body, headers } = page([attic]);
    const style = /<style>([\s\S]*?)<\/style>/u.exec(body)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(headers["Content-Security-Policy"]).toContain(`style-src 'sha256-${hash}'`);
    expect(headers["Content-Security-Policy"]).toContain("default-src 'none'");
  });

  it("lets no name, message or value break out of its place", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const plain = page([{ ...attic, name: "", labels: "l", readings: [] }]).body;
        const hostile = page([{ ...attic, name: text, labels: "l", readings: [] }]).body;
        expect(hostile.split("<")).toHaveLength(plain.split("<").length);
        expect(hostile.split('"')).toHaveLength(plain.split('"').length);
      }),
    );
    expect(escapeHtml(`<a href="x" id='y'>&`)).toBe(
      "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;",
    );
  });

  it("shows brokers, and the topics that nobody knew, harmlessly", () => {
    const { body } = page([], false, [
      {
        name: "house",
        at: "mqtt://broker.lan:1883",
        isConnected: false,
        unmatched: [{ topic: "a/<b>" }, { topic: "c" }],
      },
    ]);
    expect(body).toContain("not connected");
    expect(body).toContain("a/&lt;b&gt;");
    expect(body).toContain("No device has been heard yet.");
  });
});
