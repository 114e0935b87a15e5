import type { AvailabilityConfig, RuleConfig } from "../config/bridge-config.ts";
import type { Labels } from "../reading.ts";
import type { DialectHost } from "./claimants.ts";
import type { Claimant } from "./claims.ts";
import type { Device } from "./device.ts";
import type { Presence } from "./gate.ts";
import { matchesAny } from "./glob.ts";
import { type Payload, valueAt } from "./payload.ts";
import type { AvailabilityPlan, TopicPlan } from "./plan.ts";
import { createIdentify, type RuleIdentity } from "./rules/identity.ts";
import { createRecords, wholeOf } from "./rules/record.ts";
import { createPlansOfValue } from "./rules/values.ts";
import { createTally } from "./tally.ts";
import { compilePattern } from "./topic-pattern.ts";
import { pathText } from "./trace.ts";

const wordsOf = ({ online, offline }: AvailabilityConfig): Readonly<Record<string, Presence>> =>
  Object.fromEntries([
    ...online.map((word) => [word.toLowerCase(), "online"] as const),
    ...offline.map((word) => [word.toLowerCase(), "offline"] as const),
  ]);

const availabilityPlan = (
  availability: AvailabilityConfig,
  deviceNow: () => Device,
  isSleeping: boolean,
  recordOf: (payload: Payload) => unknown,
): AvailabilityPlan => {
  const { path } = availability;
  return {
    kind: "availability",
    from: path === undefined ? undefined : pathText(path),
    words: wordsOf(availability),
    extract: (payload) =>
      path === undefined ? wholeOf(payload) : valueAt(recordOf(payload), path),
    told: (presence) =>
      // One that sleeps is gone between its reports, and its readings are not.
      deviceNow().gate.set(isSleeping && presence === "offline" ? "unknown" : presence),
  };
};

/** A rule of the user's at work on a broker. Throws on a topic that is none, which the configuration has refused. */
export const createRuleClaimant = (rule: RuleConfig, host: DialectHost): Claimant => {
  const pattern = compilePattern(rule.topic);
  if ("problem" in pattern) throw new TypeError(`${rule.topic}: ${pattern.problem}`);
  const { allow, deny, share, values, availability, ignoresRetained } = rule;
  const tally = createTally(rule.name, rule.maximumSeries, host.budget);
  const witness = { broker: host.broker, dialect: "rule" };
  const { isByTopic, identify } = createIdentify(rule);
  const recordOf = createRecords(rule.separator);
  const plansOf = values.map((value) =>
    createPlansOfValue(value, { ignoresRetained, expiresMs: value.expiresMs }, recordOf),
  );
  const isWanted = (name: string) =>
    (allow.length === 0 || matchesAny(allow, name)) && !matchesAny(deny, name);

  const plansFor = ({ sensor, labels }: RuleIdentity): readonly TopicPlan[] => {
    // Asked anew each time: one of which nothing is known is forgotten.
    const deviceNow = () =>
      host.devices.of(witness, {
        id: sensor,
        name: sensor,
        labels,
        info: { rule: rule.name },
        isUnwanted: !isWanted(sensor),
      });
    const device = deviceNow();
    const plans = plansOf.flatMap((plansOfValue) => plansOfValue(device));
    if (availability === undefined) return plans;
    return [...plans, availabilityPlan(availability, deviceNow, rule.sleeping, recordOf)];
  };

  const keyOf = (parts: Labels, payload: Payload): string | undefined => {
    const identity = identify(parts, recordOf(payload));
    return identity === undefined ? undefined : JSON.stringify(identity);
  };

  const route = (topic: string): readonly TopicPlan[] | undefined => {
    const parts = pattern.match(topic);
    if (parts === undefined) return undefined;
    if (isByTopic) {
      const identity = identify(parts, undefined);
      return identity === undefined ? undefined : plansFor(identity);
    }
    return [
      {
        kind: "sorted",
        key: (payload) => keyOf(parts, payload),
        plans: (_key, payload) => {
          const identity = identify(parts, recordOf(payload));
          return identity === undefined ? [] : plansFor(identity);
        },
      },
    ];
  };

  const filter = share === undefined ? pattern.filter : `$share/${share}/${pattern.filter}`;
  host.subscribe(`rule ${rule.name}`, [filter], rule.qos);
  return { tally, expiresMs: rule.expiresMs, overridesExpiry: false, shares: true, route };
};
