import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dialect } from "../../src/bridge/dialects/home-assistant.ts";
import { type DialectHarness, startDialects } from "./dialect-harness.ts";

const start = () => startDialects({ "home-assistant": dialect });

const shed = { ids: ["d1"], name: "Shed" };

const announce = (
  harness: DialectHarness,
  objectId: string,
  config: Readonly<Record<string, unknown>>,
) =>
  harness.publish(
    `homeassistant/sensor/${objectId}/config`,
    JSON.stringify({ dev: shed, dev_cla: "temperature", unit_of_meas: "°C", ...config }),
    { retain: true },
  );

describe("entities that are announced for Home Assistant", () => {
  it("subscribes announcements, and what they name for as long as they do", () => {
    const harness = start();
    const announcements = ["homeassistant/+/+/config", "homeassistant/+/+/+/config"];
    expect(harness.filters()).toEqual(announcements);
    announce(harness, "t", { stat_t: "+/t", avty: [{ t: "gw/LWT" }, { t: "shed/LWT" }] });
    announce(harness, "h", { stat_t: "shed/h", avty_t: "gw/LWT" });
    expect(harness.filters().toSorted()).toEqual(
      [...announcements, "+/t", "gw/LWT", "shed/LWT", "shed/h"].toSorted(),
    );
    announce(harness, "h", { stat_t: "shed/other" });
    harness.publish("homeassistant/sensor/t/config", "", { retain: true });
    expect(harness.filters().toSorted()).toEqual([...announcements, "shed/other"].toSorted());
  });

  it("gives the same labels whichever entity was announced first", () => {
    const entities = [
      { id: "a", name: "Temperature", stat_t: "shed/a" },
      { id: "b", name: "Temperature", stat_t: "shed/b" },
      { id: "c", name: "Shed Temperature", stat_t: "shed/c" },
      { id: "d", name: "Roof temperature", stat_t: "shed/d" },
      { id: "e", name: null, stat_t: "shed/e" },
      // Called by its id, it would be taken for the roof's.
      { id: "roof", name: "Temperature", stat_t: "shed/roof" },
    ];
    const readingsOf = (order: typeof entities) => {
      const harness = start();
      for (const { id, ...config } of order) {
        announce(harness, id, config);
        harness.publish(config.stat_t, "1");
      }
      for (const { stat_t: topic } of order) harness.publish(topic, "2");
      return harness.readings();
    };
    fc.assert(
      fc.property(fc.shuffledSubarray(entities, { minLength: entities.length }), (order) => {
        expect(readingsOf(order)).toEqual({
          'sensor_temperature_celsius{sensor="Shed",channel="a"}': 2,
          'sensor_temperature_celsius{sensor="Shed",channel="b"}': 2,
          'sensor_temperature_celsius{sensor="Shed",channel="c"}': 2,
          'sensor_temperature_celsius{sensor="Shed",channel="e"}': 2,
          'sensor_temperature_celsius{sensor="Shed",channel="homeassistant_sensor_roof_config"}': 2,
          'sensor_temperature_celsius{sensor="Shed",channel="roof"}': 2,
          'sensor_up{sensor="Shed"}': 1,
        });
      }),
      { numRuns: 60 },
    );
  });

  it("knows a device again that was silent for days", async () => {
    const harness = start();
    announce(harness, "t", { stat_t: "shed/t", avty_t: "shed/LWT" });
    await harness.advance(3 * 86_400_000);
    harness.sweep();
    harness.publish("shed/LWT", "online");
    expect(harness.readings()).toEqual({ 'sensor_up{sensor="Shed"}': 1 });
    harness.publish("shed/t", "4");
    expect(harness.readings()).toEqual({
      'sensor_temperature_celsius{sensor="Shed"}': 4,
      'sensor_up{sensor="Shed"}': 1,
    });
  });

  it("keeps the word of a device's availability while another of its entities is announced", async () => {
    const harness = start();
    announce(harness, "t", { stat_t: "shed/t", avty_t: "shed/LWT" });
    harness.publish("shed/LWT", "online");
    harness.publish("shed/t", "4");
    announce(harness, "h", { stat_t: "shed/h", avty: [{ t: "shed/LWT", pl_avail: "up" }] });
    await harness.advance(2 * 86_400_000);
    harness.sweep();
    expect(harness.readings()).toEqual({
      'sensor_temperature_celsius{sensor="Shed"}': 4,
      'sensor_up{sensor="Shed"}': 1,
    });
  });

  it("says why a state is no reading", () => {
    const harness = start();
    announce(harness, "t", { stat_t: "shed/t", val_tpl: "{{ value_json.t | float }}" });
    harness.publish("shed/t", '{"t":"warm"}');
    expect(harness.findings()).toEqual([
      {
        kind: "refused",
        from: "{{ value_json.t | float }}",
        reason: "template-failed",
        published: "undefined",
      },
    ]);
    announce(harness, "m", { stat_t: "shed/m", dev_cla: "enum", unit_of_meas: undefined });
    harness.publish("shed/m", "idle");
    expect(harness.findings()).toEqual([{ kind: "ignored", from: "topic", why: "text: enum" }]);
  });

  it("takes a limited number of entities", () => {
    const harness = start();
    const components = (at: number) =>
      Object.fromEntries(
        Array.from({ length: 600 }, (_each, index) => [
          `c${index}`,
          { p: "sensor", stat_t: `t/${at}/${index}`, unit_of_meas: "W" },
        ]),
      );
    for (let at = 0; at < 22; at += 1) {
      const config = { dev: { ids: [`d${at}`] }, cmps: components(at) };
      harness.publish(`homeassistant/device/d${at}/config`, JSON.stringify(config));
    }
    // 500 of each announcement, 10 000 in all.
    expect(harness.filters()).toHaveLength(10_002);
    expect(harness.unsupported()).toEqual([
      "homeassistant/device/d20/config c0: more than 10000 entities",
    ]);
  }, 20_000);
});

const objectIds = ["a", "b", "roof"];
const stateTopics = ["shed/x", "shed/y", "shed/all", "+/x"];
const entityNames = ["Temperature", "Roof temperature", "Shed", null];

const entityConfig = fc.record({
  stat_t: fc.constantFrom(...stateTopics),
  name: fc.constantFrom(...entityNames),
  unit_of_meas: fc.constantFrom("°C", "°F"),
  dev: fc.constantFrom(shed, { ids: ["d3"], name: "Hut" }, { ids: ["d2"], name: "Shed" }),
  avty_mode: fc.constantFrom("all", "any", "latest"),
  avty: fc.constantFrom<unknown>([], { t: "l/1" }, [{ t: "l/1" }, { t: "l/2" }], { t: "shed/x" }),
});

type EntityConfig = typeof entityConfig extends fc.Arbitrary<infer Config> ? Config : never;

const step = fc.oneof(
  fc.record({ topic: fc.constantFrom(...objectIds), config: fc.option(entityConfig) }),
  fc.record({
    topic: fc.constantFrom("shed/x", "shed/y", "shed/all", "l/1", "l/2"),
    payload: fc.constantFrom("1", "2", "", "online", "offline"),
    retain: fc.boolean(),
  }),
);

type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

describe("announcements that come and go", () => {
  /** Publishes what every step says; returns the announcements that hold in the end. */
  const live = (harness: DialectHarness, steps: readonly Step[]) => {
    const last = new Map<string, EntityConfig>();
    for (const each of steps) {
      if ("payload" in each) {
        harness.publish(each.topic, each.payload, each);
        continue;
      }
      last.delete(each.topic);
      if (each.config === null) {
        harness.publish(`homeassistant/sensor/${each.topic}/config`, "", { retain: true });
        continue;
      }
      announce(harness, each.topic, each.config);
      last.set(each.topic, each.config);
    }
    return last;
  };
  const settle = (harness: DialectHarness) => {
    for (const topic of ["l/1", "l/2", "shed/x", "shed/y", "shed/all", "shed/x"]) {
      harness.publish(topic, "online");
      harness.publish(topic, "20");
    }
    const entries = Object.entries(harness.readings());
    return Object.fromEntries(entries.filter(([series]) => !series.startsWith("sensor_up")));
  };

  it("leave what the last of them alone would have made", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const harness = start();
        const last = live(harness, steps);
        const fresh = start();
        for (const [objectId, config] of last) announce(fresh, objectId, config);
        expect(settle(harness)).toEqual(settle(fresh));
      }),
      { numRuns: 500 },
    );
  });
});

const keys =
  "~ stat_t val_tpl dev_cla unit_of_meas stat_cla name dev avty avty_t avty_mode cmps p exp_aft"
    .concat(
      " pl_on pl_off availability identifiers ids cns schema uniq_id __proto__ e t constructor",
    )
    .split(" ");
const words = "sensor light ~/a b/~ a/+ # temperature energy °C kWh total_increasing {{value}} all"
  .concat(" {{value_json.a|float}} {%if online")
  .split(" ");

const { block } = fc.letrec<{ block: unknown; value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<unknown>(...words, 0, -1, Number.MAX_VALUE, null, true, [], ""),
    fc.string({ maxLength: 5 }),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("block"),
  ),
  block: fc.dictionary(fc.constantFrom(...keys), tie("value"), { maxKeys: 12 }),
}));

describe("announcements of anything", () => {
  it("breaks at nothing that is announced, and invents no reading", () => {
    const topics = [
      "sensor/a",
      "sensor/n/a",
      "binary_sensor/a",
      "light/a",
      "climate/a",
      "device/a",
    ];
    const announcement = fc.tuple(fc.constantFrom(...topics), block);
    fc.assert(
      fc.property(fc.array(announcement, { maxLength: 8 }), (announcements) => {
        const harness = start();
        for (const [topic, config] of announcements) {
          harness.publish(`homeassistant/${topic}/config`, JSON.stringify(config) ?? "");
          for (const state of ["a", "b/a", "~/a", "a/x"]) harness.publish(state, "no number");
        }
        const invented = Object.keys(harness.readings()).filter(
          (series) => !series.startsWith("sensor_up"),
        );
        expect(invented).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
