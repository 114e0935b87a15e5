import { isObject, jsonOf, type Payload, valueAt } from "../payload.ts";
import type { Interpret, SortedPlan, TopicPlan } from "../plan.ts";
import type { Levels } from "../topic.ts";
import {
  briefExpiresMs,
  lastingExpiresMs,
  reportedExpiresMs,
  type ShellyDevices,
} from "./devices.ts";
import {
  type Component,
  componentOf,
  isDistant,
  meaningOfField,
  meaningOfSystem,
} from "./gen2-fields.ts";

const otherPart = "read by another plan";
const isSystem = ({ type }: Component): boolean => type === "sys" || type === "wifi";

const hasBattery = (component: unknown): boolean =>
  typeof valueAt(component, ["battery", "percent"]) === "number";

/** True if a status of several components tells of a battery. */
const tellsOfBattery = (params: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(params).some(([key, value]) => /^devicepower:\d/u.test(key) && hasBattery(value));

/** Reads components below a path by one way of keeping their readings. */
interface Reader {
  readonly devices: ShellyDevices;
  readonly prefix: string;
  readonly within: readonly string[];
}

const updatePlan = ({ devices, prefix, within }: Reader): TopicPlan => ({
  kind: "reading",
  device: devices.device(prefix),
  meaning: { quantity: "updateAvailable" },
  from: [...within, "available_updates", "stable"].join("."),
  expiresMs: lastingExpiresMs,
  extract: (payload) => {
    const updates = valueAt(jsonOf(payload), [...within, "available_updates"]);
    return isObject(updates) ? Object.hasOwn(updates, "stable") : { notFound: "missing" };
  },
});

const systemPlans = (reader: Reader, component: Component): readonly TopicPlan[] => {
  const { devices, prefix, within } = reader;
  const isAsleep = devices.isSleeper(prefix);
  return [
    {
      kind: "fields",
      device: devices.device(prefix),
      within,
      interpret: (path) =>
        // It starts anew with every report.
        isAsleep && path[0] === "uptime" ? "time since it woke" : meaningOfSystem(component, path),
      expiresMs: isAsleep ? reportedExpiresMs : briefExpiresMs,
    },
    ...(component.type === "sys" ? [updatePlan(reader)] : []),
  ];
};

const lastingMs = (devices: ShellyDevices, prefix: string): number =>
  devices.isSleeper(prefix) ? reportedExpiresMs : lastingExpiresMs;

const statusPlans = (
  devices: ShellyDevices,
  prefix: string,
  component: Component,
): readonly TopicPlan[] | undefined => {
  if (component.number === undefined && !devices.isKnown(prefix)) return undefined;
  if (component.number === undefined && !isSystem(component) && component.type !== "presence") {
    return [{ kind: "ignored", why: "state of a service of the device" }];
  }
  if (component.number !== undefined) devices.know(prefix);
  const sorted: SortedPlan = {
    kind: "sorted",
    // A device turns out to have a battery: what it says holds for less long from then on.
    key: (payload) => {
      if (component.type === "devicepower" && hasBattery(jsonOf(payload))) {
        devices.markSleeper(prefix);
      }
      return devices.isSleeper(prefix) ? "asleep" : "awake";
    },
    plans: () =>
      isSystem(component)
        ? systemPlans({ devices, prefix, within: [] }, component)
        : [
            {
              kind: "fields",
              device: devices.device(prefix),
              interpret: (path, value) => meaningOfField(component, path, value),
              expiresMs: isDistant(component) ? reportedExpiresMs : lastingMs(devices, prefix),
            },
          ],
  };
  return [sorted];
};

/** Reads the components of a notification that are distant, or those that are not. */
const interpretNotified =
  (wantsDistant: boolean): Interpret =>
  ([name = "", ...path], value) => {
    const component = componentOf(name);
    if (component === undefined) return "not a component with readings";
    if (isSystem(component) || isDistant(component) !== wantsDistant) return otherPart;
    return meaningOfField(component, path, value);
  };

const notifiedKey = (
  devices: ShellyDevices,
  prefix: string,
  payload: Payload,
): string | undefined => {
  const json = jsonOf(payload);
  const method = valueAt(json, ["method"]);
  const params = valueAt(json, ["params"]);
  if (method !== "NotifyStatus" && method !== "NotifyFullStatus") return undefined;
  if (!isObject(params)) return undefined;
  if (tellsOfBattery(params)) devices.markSleeper(prefix);
  return devices.isSleeper(prefix) ? "asleep" : "awake";
};

const eventPlans = (devices: ShellyDevices, prefix: string): readonly TopicPlan[] => {
  devices.know(prefix);
  const system = (type: "sys" | "wifi") =>
    systemPlans(
      { devices, prefix, within: ["params", type] },
      { name: type, type, number: undefined },
    );
  return [
    {
      kind: "sorted",
      key: (payload) => notifiedKey(devices, prefix, payload),
      plans: () => {
        const shared = {
          kind: "fields",
          device: devices.device(prefix),
          within: ["params"],
        } as const;
        return [
          { ...shared, interpret: interpretNotified(false), expiresMs: lastingMs(devices, prefix) },
          { ...shared, interpret: interpretNotified(true), expiresMs: reportedExpiresMs },
          ...system("sys"),
          ...system("wifi"),
        ];
      },
    },
  ];
};

/** Routes `status/<component>`, `events/rpc` and `online` of a Gen2 device, whatever its prefix is. */
export const routeGen2 = (
  devices: ShellyDevices,
  levels: Levels,
): readonly TopicPlan[] | undefined => {
  const last = levels.at(-1) ?? "";
  const prefix = levels.slice(0, last === "online" ? -1 : -2).join("/");
  if (prefix === "") return undefined;
  if (last === "online") {
    return devices.isKnown(prefix) ? [devices.availability(prefix)] : undefined;
  }
  const kind = levels.at(-2);
  if (kind === "events" && last === "rpc") return eventPlans(devices, prefix);
  const component = kind === "status" ? componentOf(last) : undefined;
  return component === undefined ? undefined : statusPlans(devices, prefix, component);
};
