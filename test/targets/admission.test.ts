import { describe, expect, it } from "vitest";
import { createAdmission } from "../../src/targets/admission.ts";

const admits = (host: string, ...allow: readonly string[]) => createAdmission(allow)?.(host);

describe("what anybody may have Prometheus scrape", () => {
  it.each([
    ["127.0.0.1", "loopback: RFC 1122, section 3.2.1.3"],
    ["127.255.255.254", "loopback"],
    ["::1", "loopback: RFC 4291, section 2.5.3"],
    ["::ffff:127.0.0.1", "the same in IPv6: RFC 4291, section 2.5.5.2"],
    ["::ffff:7f00:1", "the same in hexadecimal"],
    ["0.0.0.0", "this host: RFC 1122, section 3.2.1.3"],
    ["::", "unspecified: RFC 4291, section 2.5.2"],
    ["169.254.169.254", "link-local, and the metadata of clouds: RFC 3927"],
    ["fe80::1", "link-local: RFC 4291, section 2.5.6"],
    ["fd00:ec2::254", "metadata of Amazon's machines, by IPv6"],
    ["64:ff9b::7f00:1", "loopback behind NAT64: RFC 6052, section 2.1"],
    ["2002:7f00:1::", "loopback behind 6to4: RFC 3056, section 2"],
    ["224.0.0.251", "multicast: RFC 5771"],
    ["255.255.255.255", "broadcast: RFC 919"],
    ["ff02::fb", "multicast: RFC 4291, section 2.7"],
    ["localhost", "loopback by name: RFC 6761, section 6.3"],
    ["pi.localhost", "loopback by name: RFC 6761, section 6.3"],
    ["localhost.", "loopback by name, absolute"],
    ["metadata.google.internal", "metadata of Google's machines"],
  ])("does not include %s: %s", (host) => {
    expect(admits(host)).toBe(false);
  });

  it.each([
    "192.168.7.20",
    "10.1.2.3",
    "172.16.0.1",
    "203.0.113.7",
    "fd12:3456::1",
    "2001:db8::7",
    "pi.lan",
    "attic",
    "mylocalhost",
  ])("includes %s", (host) => {
    expect(admits(host)).toBe(true);
  });
});

describe("an allow list", () => {
  it.each([
    ["192.168.7.20", "192.168.7.0/24", true],
    ["192.168.8.20", "192.168.7.0/24", false],
    ["::ffff:192.168.7.20", "192.168.7.0/24", true],
    ["fd12:3456::1", "fd00::/8", true],
    ["127.0.0.1", "127.0.0.0/8", true],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.2", "10.0.0.1", false],
    ["pi.lan", ".lan", true],
    ["pi.attic.lan", ".lan", true],
    ["pi.lan.", ".lan", true],
    ["pi.lan", "PI.lan", true],
    ["evil-pi.lan", "pi.lan", false],
    ["evillan", ".lan", false],
    ["lan", ".lan", false],
    ["192.168.7.20", ".20", false],
    ["pi.lan", "0.0.0.0/0", false],
  ])("judges %s by %s alone", (host, entry, isAdmitted) => {
    expect(admits(host, entry)).toBe(isAdmitted);
  });

  it("admits what any of its entries names", () => {
    expect(admits("pi.lan", "10.0.0.0/8", ".lan")).toBe(true);
    expect(admits("10.3.2.1", "10.0.0.0/8", ".lan")).toBe(true);
  });

  it.each(["10.0.0.0/33", "fd00::/129", "10.0.0/8", "*.lan", "http://pi.lan", "", "a b"])(
    "is refused with %j in it",
    (entry) => {
      expect(createAdmission([entry])).toBeUndefined();
    },
  );
});
