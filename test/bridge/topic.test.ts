import { describe, expect, it } from "vitest";
import {
  coversFilter,
  isFilter,
  isTopic,
  levelsBelow,
  matchesFilter,
  withoutCovered,
} from "../../src/bridge/topic.ts";
import { compilePattern } from "../../src/bridge/topic-pattern.ts";

describe("a topic filter", () => {
  // MQTT 5.0, sections 4.7.1.2 and 4.7.1.3: the examples there.
  it.each([
    ["sport/tennis/player1/#", "sport/tennis/player1", true],
    ["sport/tennis/player1/#", "sport/tennis/player1/ranking", true],
    ["sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true],
    ["sport/#", "sport", true],
    ["#", "anything/at/all", true],
    ["sport/tennis/+", "sport/tennis/player1", true],
    ["sport/tennis/+", "sport/tennis/player1/ranking", false],
    ["sport/+", "sport", false],
    ["sport/+", "sport/", true],
    ["+/+", "/finance", true],
    ["/+", "/finance", true],
    ["+", "/finance", false],
    // Section 4.7.2.
    ["#", "$SYS/broker/uptime", false],
    ["+/monitor/Clients", "$SYS/monitor/Clients", false],
    ["$SYS/#", "$SYS/broker/uptime", true],
    ["$SYS/monitor/+", "$SYS/monitor/Clients", true],
  ])("%s and the topic %s: %s", (filter, topic, expected) => {
    expect(matchesFilter(filter, topic)).toBe(expected);
  });

  it.each(["", "sport/tennis#", "sport/tennis/#/ranking", "sport+", "a\0b"])(
    "cannot be %j",
    (filter) => {
      expect(isFilter(filter)).toBe(false);
    },
  );

  it("is no topic if it has wildcards", () => {
    expect(isTopic("a/+")).toBe(false);
    expect(isTopic("a/b")).toBe(true);
  });

  it.each([
    ["#", "a/b", true],
    ["a/#", "a", true],
    ["a/#", "a/+/c", true],
    ["a/+", "a/b", true],
    ["a/+", "a/#", false],
    ["+/+", "a/+", true],
    ["a/b", "a/+", false],
    ["#", "$SYS/#", false],
    ["+", "+", true],
    ["a/+/c", "a/b", false],
  ])("%s covers %s: %s", (wide, narrow, expected) => {
    expect(coversFilter(wide, narrow)).toBe(expected);
  });

  it("takes over the quality of service of those it covers", () => {
    expect(
      withoutCovered([
        { filter: "a/b", qos: 2 },
        { filter: "a/#", qos: 0 },
        { filter: "c", qos: 1 },
        { filter: "c", qos: 0 },
      ]),
    ).toEqual([
      { filter: "a/#", qos: 2 },
      { filter: "c", qos: 1 },
    ]);
  });
});

describe("levels below a prefix", () => {
  it.each([
    ["zigbee2mqtt", "zigbee2mqtt/a/b", ["a", "b"]],
    ["+/rtl_433", "sensors/rtl_433/P25", ["P25"]],
    ["a/b", "a/b", undefined],
    ["a/b", "a/c/d", undefined],
  ])("%s, %s: %j", (prefix, topic, expected) => {
    expect(levelsBelow(prefix, topic.split("/"))).toEqual(expected);
  });
});

const compiled = (text: string) => {
  const pattern = compilePattern(text);
  if ("problem" in pattern) throw new Error(pattern.problem);
  return pattern;
};

describe("a topic with named parts", () => {
  it.each([
    ["plant/{room}/{sensor}/climate", "plant/+/+/climate"],
    ["{site}/shelly-{id}/status", "+/+/status"],
    ["zigbee2mqtt/{name...}", "zigbee2mqtt/#"],
    ["a/{name...}/state", "a/#"],
    ["a/+/#", "a/+/#"],
  ])("%s subscribes %s", (text, filter) => {
    expect(compiled(text).filter).toBe(filter);
  });

  it.each([
    ["plant/{room}/{sensor}/climate", "plant/1/oak/climate", { room: "1", sensor: "oak" }],
    ["plant/{room}/{sensor}/climate", "plant/1/oak/light", undefined],
    ["{site}/shelly-{id}/status", "home/shelly-ab/status", { site: "home", id: "ab" }],
    ["{site}/shelly-{id}/status", "home/shelly-/status", undefined],
    // A name with slashes is kept whole.
    ["zigbee2mqtt/{name...}", "zigbee2mqtt/hall/lamp 1", { name: "hall/lamp 1" }],
    ["a/{name...}/state", "a/b/c/state", { name: "b/c" }],
    ["a/{name...}/state", "a/state", undefined],
    ["a/#", "a", {}],
    ["{first}/#", "$SYS/broker", undefined],
  ])("%s finds in %s: %j", (text, topic, expected) => {
    expect(compiled(text).match(topic)).toEqual(expected);
  });

  it.each(["", "a/{b", "a/#/c", "{a}/{a}", "{a...}/{b...}", "x{a...}", "a+b", "{1a}"])(
    "cannot be %j",
    (text) => {
      expect(compilePattern(text)).toHaveProperty("problem");
    },
  );
});
