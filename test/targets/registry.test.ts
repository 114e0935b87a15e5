import { describe, expect, it } from "vitest";
import { createRegistry } from "../../src/targets/registry.ts";
import { rulesOfOwner } from "../../src/targets/target.ts";

const createRig = ({ limit = 10, keepMs = 0 } = {}) => {
  let nowMs = 0;
  const refusals: string[] = [];
  const registry = createRegistry({
    limit,
    keepMs,
    nowMs: () => nowMs,
    onRefused: (source, key, reason) => refusals.push(`${source} ${key} ${reason}`),
  });
  return {
    registry,
    refusals,
    elapse: (milliseconds: number) => {
      nowMs += milliseconds;
      registry.sweep(nowMs);
    },
    hosts: () => registry.targets().map(({ address }) => address),
  };
};

const at = (host: string, labels: Record<string, string> = {}) => ({
  url: `http://${host}:1/metrics`,
  labels,
});

describe("targets of several sources", () => {
  it("are one where they have the same URL, with the labels of the source that was opened first", () => {
    const { registry } = createRig();
    const list = registry.open("list", rulesOfOwner);
    const broker = registry.open("broker", rulesOfOwner);
    broker.offer("topic", at("a", { room: "cellar" }));
    list.offer("line", at("a", { room: "attic" }));
    expect(registry.targets()).toMatchObject([{ address: "a:1", labels: { room: "attic" } }]);
    list.withdraw("line");
    expect(registry.targets()).toMatchObject([{ address: "a:1", labels: { room: "cellar" } }]);
  });

  it("come in the same order whoever came first", () => {
    const { registry, hosts } = createRig();
    const source = registry.open("broker", rulesOfOwner);
    for (const host of ["c", "a", "b"]) source.offer(host, at(host));
    expect(hosts()).toEqual(["a:1", "b:1", "c:1"]);
  });

  it("stay where the source itself is down", () => {
    const { registry, hosts } = createRig();
    const source = registry.open("broker", rulesOfOwner);
    source.offer("a", at("a"));
    source.report(false);
    expect(hosts()).toEqual(["a:1"]);
    expect(registry.sources()).toMatchObject([{ name: "broker", isUp: false, targets: 1 }]);
  });

  it("are no more than the limit, and those beyond are counted", () => {
    const { registry, refusals, hosts } = createRig({ limit: 2 });
    const list = registry.open("list", rulesOfOwner);
    const broker = registry.open("broker", rulesOfOwner);
    list.offer("a", at("a"));
    broker.offer("b", at("b"));
    broker.offer("c", at("c"));
    expect(hosts()).toEqual(["a:1", "b:1"]);
    expect(refusals).toEqual(["broker c limit"]);
    expect(registry.sources()[1]?.refused.get("limit")).toBe(1);
    broker.offer("b", at("d"));
    expect(hosts()).toEqual(["a:1", "d:1"]);
  });

  it("are offered anew once there is room for more", () => {
    const { registry } = createRig({ limit: 1 });
    const source = registry.open("broker", rulesOfOwner);
    source.offer("a", at("a"));
    expect(source.canHoldMore()).toBe(false);
    source.offer("b", at("b"));
    expect(source.canHoldMore()).toBe(false);
    source.withdraw("a");
    expect(source.canHoldMore()).toBe(true);
    expect(source.canHoldMore()).toBe(false);
  });

  it("end when something that is no target takes their place", () => {
    const { registry, refusals, hosts } = createRig();
    const source = registry.open("broker", rulesOfOwner);
    source.offer("a", at("a"));
    source.offer("a", undefined);
    expect(hosts()).toEqual([]);
    expect(refusals).toEqual(["broker a malformed"]);
  });
});

describe("a target that has left", () => {
  it("ends at once, unless it is to be kept", () => {
    const { registry, hosts } = createRig();
    const source = registry.open("broker", rulesOfOwner);
    source.offer("a", at("a"));
    source.withdraw("a");
    expect(hosts()).toEqual([]);
  });

  it("is kept for as long as asked, counted from when it left", () => {
    const { registry, hosts, elapse } = createRig({ keepMs: 1000 });
    const source = registry.open("broker", rulesOfOwner);
    source.offer("a", at("a"));
    source.withdraw("a");
    elapse(600);
    source.withdraw("a");
    elapse(300);
    expect(hosts()).toEqual(["a:1"]);
    elapse(100);
    expect(hosts()).toEqual([]);
  });

  it("is there as before when it comes back in time", () => {
    const { registry, hosts, elapse } = createRig({ keepMs: 1000 });
    const source = registry.open("broker", rulesOfOwner);
    source.offer("a", at("a"));
    source.withdraw("a");
    source.offer("a", at("a"));
    elapse(2000);
    expect(hosts()).toEqual(["a:1"]);
  });
});

describe("the version of a registry", () => {
  it("is another only where targets may have changed", () => {
    const { registry } = createRig();
    const source = registry.open("broker", rulesOfOwner);
    source.offer("a", at("a"));
    source.settle();
    const before = registry.version();
    source.settle();
    source.report(true);
    source.offer("b", undefined);
    source.withdraw("c");
    registry.sweep(0);
    expect(registry.version()).toBe(before);
    source.withdraw("a");
    expect(registry.version()).not.toBe(before);
  });
});

describe("targets of the last run", () => {
  it("stand in for sources that have not told yet what they know, and for no longer", () => {
    const { registry, hosts } = createRig({ limit: 2 });
    const before = registry.open("file", rulesOfOwner, { isTemporary: true });
    for (const host of ["a", "b"]) before.offer(host, at(host));
    const source = registry.open("broker", rulesOfOwner);
    expect(registry.isSettled()).toBe(false);
    source.offer("b", at("b"));
    source.offer("c", at("c"));
    expect(hosts()).toEqual(["a:1", "b:1", "c:1"]);
    source.settle();
    expect(hosts()).toEqual(["b:1", "c:1"]);
    expect(registry.sources().map(({ name }) => name)).toEqual(["broker"]);
  });
});
