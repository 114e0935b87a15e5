import { describe, expect, it } from "vitest";
import { createAdmission } from "../../src/targets/admission.ts";
import { formatTargets } from "../../src/targets/service-discovery.ts";
import { checkCandidate, rulesOfOwner, rulesOfStrangers } from "../../src/targets/target.ts";

const strangers = rulesOfStrangers(createAdmission([]) ?? (() => false));
const judge = (url: string, labels: Record<string, string> = {}, rules = strangers) =>
  checkCandidate({ url, labels }, rules);
const groupOf = (url: string, labels: Record<string, string> = {}): unknown => {
  const target = judge(url, labels);
  return typeof target === "string" ? target : JSON.parse(formatTargets([target]))[0];
};

describe("a target", () => {
  // https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config: __address__ is host:port,
  // __scheme__ and __metrics_path__ default to http and /metrics.
  it.each([
    ["http://pi.lan:10048/metrics", { targets: ["pi.lan:10048"], labels: {} }],
    ["http://pi.lan", { targets: ["pi.lan:80"], labels: {} }],
    ["https://PI.lan/metrics", { targets: ["pi.lan:443"], labels: { __scheme__: "https" } }],
    [
      "http://gate.lan:8080/boards/attic",
      { targets: ["gate.lan:8080"], labels: { __metrics_path__: "/boards/attic" } },
    ],
    ["http://[2001:db8::7]:10048/metrics", { targets: ["[2001:db8::7]:10048"], labels: {} }],
    ["http://192.168.7.20:10048/metrics", { targets: ["192.168.7.20:10048"], labels: {} }],
  ])("is given to Prometheus in its own terms: %s", (url, group) => {
    expect(groupOf(url)).toEqual(group);
  });

  it.each([
    ["ftp://pi.lan/metrics", "no protocol that Prometheus speaks"],
    ["file:///etc/passwd", "no protocol that Prometheus speaks"],
    ["http://user:secret@pi.lan/metrics", "a login, which would be shown"],
    ["http://pi.lan/metrics?module=x", "a query, which would be lost"],
    ["http://pi.lan/metrics#x", "a fragment"],
    ["http://pi.lan/me trics+x", "a path that needs escapes"],
    ["http://pi..lan/metrics", "no name of a host"],
    ["http://-pi.lan/metrics", "no name of a host"],
    [`http://${"a".repeat(250)}.lan/metrics`, "a name longer than any in the DNS (RFC 1035)"],
    [`http://pi.lan/${"a".repeat(600)}`, "of no use"],
    ["pi.lan:10048", "no URL"],
    ["", "no URL"],
  ])("is not made of %s: %s", (url) => {
    expect(judge(url)).toBe("url");
  });

  it.each([
    // The URL standard, section 3.5: hosts that are numbers are IPv4 addresses.
    "http://2130706433/metrics",
    "http://0x7f.1/metrics",
    "http://017700000001/metrics",
    "http://[::ffff:127.0.0.1]:9090/metrics",
    "http://LOCALHOST:9090/metrics",
  ])("is not this machine, however that is written: %s", (url) => {
    expect(judge(url)).toBe("host");
  });
});

describe("labels of a target", () => {
  it.each([
    ["__address__", "Prometheus's own"],
    ["__param_target", "Prometheus's own"],
    ["__scheme__", "Prometheus's own"],
    ["job", "of the scrape configuration"],
    ["instance", "of the address"],
    ["sensor", "of readings"],
    ["le", "of histograms"],
    ["a-b", "no name"],
    ["", "no name"],
    ["1st", "no name"],
    ["é", "no name"],
    ["a".repeat(65), "longer than any use"],
  ])("cannot be set by a stranger: %j is %s", (name) => {
    expect(judge("http://pi.lan/metrics", { [name]: "x" })).toBe("labels");
  });

  it.each(["", "x".repeat(257), "\ud800"])("have a value that is text: %j is not", (value) => {
    expect(judge("http://pi.lan/metrics", { board: value })).toBe("labels");
  });

  it("are sixteen at most", () => {
    const labels = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`label_${index}`, "x"]));
    expect(judge("http://pi.lan/metrics", labels(16))).toHaveProperty("labels");
    expect(judge("http://pi.lan/metrics", labels(17))).toBe("labels");
  });

  it("may name job and instance where the list is the user's own", () => {
    const labels = { job: "boards", instance: "attic" };
    expect(judge("http://127.0.0.1:10048/metrics", labels, rulesOfOwner)).toMatchObject({
      address: "127.0.0.1:10048",
      labels,
    });
    expect(judge("http://pi.lan/metrics", { __address__: "x" }, rulesOfOwner)).toBe("labels");
  });
});

describe("the list for Prometheus", () => {
  it("has targets with the same labels in one group, in whichever order they were given", () => {
    const targets = [
      judge("http://a.lan:1/metrics", { room: "attic", floor: "2" }),
      judge("http://b.lan:1/metrics", { floor: "2", room: "attic" }),
      judge("http://c.lan:1/metrics"),
    ].flatMap((target) => (typeof target === "string" ? [] : [target]));
    expect(JSON.parse(formatTargets(targets))).toEqual([
      { targets: ["a.lan:1", "b.lan:1"], labels: { room: "attic", floor: "2" } },
      { targets: ["c.lan:1"], labels: {} },
    ]);
  });

  it("is an empty list where there is nothing, not nothing", () => {
    expect(JSON.parse(formatTargets([]))).toEqual([]);
  });
});
