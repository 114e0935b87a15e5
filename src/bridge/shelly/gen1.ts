import type { Labels } from "../../reading.ts";
import type { DialectContext } from "../dialect.ts";
import type { Meaning } from "../meaning.ts";
import { isObject, jsonOf, type Payload, valueAt } from "../payload.ts";
import type { FieldsPlan, NoticePlan, TopicPlan } from "../plan.ts";
import type { Levels } from "../topic.ts";
import { briefExpiresMs, lastingExpiresMs, type ShellyDevices } from "./devices.ts";
import {
  interpretExternal,
  interpretInfo,
  interpretLight,
  interpretSleeper,
  signatureOfSleeper,
} from "./gen1-json.ts";
import { type Gen1Topic, gen1Topics } from "./gen1-topics.ts";

const isNumber = (level: string): boolean => /^\d{1,3}$/u.test(level);

/** Devices whose sensor tells its temperature in degrees Fahrenheit. */
const maximumFahrenheits = 1000;
/** Battery models by the type in their announcement: H&T, door, flood, smoke, motion, button, TRV. */
const sleepingModel = /^SH(?:HT|DW|WT|SM|MOS|BTN|TRV|SEN)-/u;

/** Routes the topics of Gen1 devices below a root such as `shellies`. */
export type Gen1Router = (root: string, below: Levels) => readonly TopicPlan[] | undefined;

const ignored = (why: string): readonly TopicPlan[] => [{ kind: "ignored", why }];

// The three meters of a 3EM are the phases of one supply, those of an EM are not.
const labelsOf = (
  { part, labels }: Gen1Topic,
  device: string,
  number: string | undefined,
): Labels | undefined => {
  if (part === undefined || number === undefined) return labels;
  return part === "phase" && /em3/iu.test(device) ? { phase: number } : { channel: number };
};

const textFields = (json: unknown, keys: Readonly<Record<string, string>>): Labels =>
  Object.fromEntries(
    Object.entries(keys).flatMap(([label, key]) => {
      const value = valueAt(json, [key]);
      return typeof value === "string" && value !== "" ? [[label, value] as const] : [];
    }),
  );

/** A router that knows no device yet. */
export const createGen1Router = (context: DialectContext, devices: ShellyDevices): Gen1Router => {
  const fahrenheits = new Set<string>();

  const learn = (prefix: string, payload: Payload): string => {
    const json = jsonOf(payload);
    if (!isObject(json)) return "no announcement";
    const info = textFields(json, { model: "model", version: "fw_ver", mac: "mac" });
    devices.describe(prefix, info);
    if (sleepingModel.test(info["model"] ?? "")) devices.markSleeper(prefix);
    return `announcement of ${prefix}`;
  };
  const announce = (prefix: string): NoticePlan => ({
    kind: "notice",
    take: (payload) => learn(prefix, payload),
  });
  const announceAny = (root: string): NoticePlan => ({
    kind: "notice",
    take: (payload) => {
      const id = valueAt(jsonOf(payload), ["id"]);
      return typeof id === "string" && id !== ""
        ? learn(`${root}/${id}`, payload)
        : "no announcement";
    },
  });

  // The H&T writes sensor/temperature in the unit of its display, and only its `info` says which one that is.
  const learnUnit = (prefix: string): NoticePlan => ({
    kind: "notice",
    take: (payload: Payload) => {
      const units = valueAt(jsonOf(payload), ["tmp", "units"]);
      if (units !== "C" && units !== "F") return "state of the device";
      const isFahrenheit = units === "F" && fahrenheits.size < maximumFahrenheits;
      if (isFahrenheit === fahrenheits.has(prefix)) return "the temperature's unit as it was";
      if (isFahrenheit) fahrenheits.add(prefix);
      else fahrenheits.delete(prefix);
      context.reroute(`${prefix}/sensor/temperature`);
      return `temperature in °${units}`;
    },
  });

  const sleeperFields = (prefix: string): FieldsPlan => ({
    kind: "fields",
    device: devices.device(prefix),
    interpret: interpretSleeper,
    signature: signatureOfSleeper,
  });
  const jsonPlans = (
    prefix: string,
    path: string,
    number = "",
  ): readonly TopicPlan[] | undefined => {
    const device = devices.device(prefix);
    switch (path) {
      case "light/N/status":
      case "white/N/status":
      case "color/N/status":
        return [
          {
            kind: "fields",
            device,
            interpret: interpretLight(number),
            expiresMs: lastingExpiresMs,
          },
        ];
      case "ext_temperatures":
      case "ext_humidities":
        return [{ kind: "fields", device, interpret: interpretExternal }];
      case "status":
        return [sleeperFields(prefix)];
      case "info":
        return [
          learnUnit(prefix),
          { kind: "fields", device, interpret: interpretInfo, expiresMs: briefExpiresMs },
          ...(devices.isSleeper(prefix) ? [sleeperFields(prefix)] : []),
        ];
      default:
        return undefined;
    }
  };

  const plansOf = (
    root: string,
    device: string,
    rest: Levels,
  ): readonly TopicPlan[] | undefined => {
    const prefix = `${root}/${device}`;
    const path = rest.map((level) => (isNumber(level) ? "N" : level)).join("/");
    const number = rest.find(isNumber);
    const known = gen1Topics.get(path);
    if (known === undefined) return jsonPlans(prefix, path, number);
    if (typeof known === "string") return ignored(known);
    if (path === "sensor/battery") devices.markSleeper(prefix);
    const { part: _, isLasting, ...topic } = known;
    const meaning: Meaning = { ...topic, labels: labelsOf(known, device, number) };
    const isFahrenheit = path === "sensor/temperature" && fahrenheits.has(prefix);
    return [
      {
        kind: "reading",
        device: devices.device(prefix),
        meaning: isFahrenheit ? { ...meaning, unit: "°F" } : meaning,
        expiresMs: isLasting === true ? lastingExpiresMs : undefined,
      },
    ];
  };

  /** Topics of the device itself, of which `rest` is the last level. */
  const ownPlans = (prefix: string, rest: string): readonly TopicPlan[] | undefined => {
    if (rest === "online") return [devices.availability(prefix)];
    return rest === "announce" ? [announce(prefix)] : undefined;
  };

  return (root, [device = "", ...rest]) => {
    if ([device, ...rest].includes("command") || rest.at(-1) === "set") return ignored("a command");
    if (rest.length === 0) return device === "announce" ? [announceAny(root)] : undefined;
    return ownPlans(`${root}/${device}`, rest.join("/")) ?? plansOf(root, device, rest);
  };
};
