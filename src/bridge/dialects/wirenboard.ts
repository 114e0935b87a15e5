import { type DialectContext, defineDialect } from "../dialect.ts";
import type { Gate } from "../gate.ts";
import { createGates } from "../gates.ts";
import type { DeviceIdentity } from "../identity.ts";
import { isObject, jsonOf, type Payload, textOf } from "../payload.ts";
import type { TopicPlan } from "../plan.ts";
import { everythingBelow, ignored, reading } from "../plans.ts";
import type { Levels } from "../topic.ts";
import { type ControlFacts, isTextControl, meaningOfControl } from "../wirenboard/control.ts";

// A control is published when it changes, which a door may do once a week; errors tell what cannot be read any more.
const expiresMs = 604_800_000;
/** Controls beyond that are read without what they say of themselves. */
const maximumControls = 5000;

const notice = (take: (payload: Payload) => string): readonly TopicPlan[] => [
  { kind: "notice", take },
];
const textIn = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value.slice(0, 100) : undefined;
const metaOf = (payload: Payload): Readonly<Record<string, unknown>> => {
  const meta = jsonOf(payload);
  return isObject(meta) ? meta : {};
};

/** An error in reading means that the value is the last one known; one in writing does not matter. */
const tellError = (gate: Gate, error: string | undefined) =>
  gate.set(error?.includes("r") === true ? "offline" : "online");

/** What controls have said of themselves. */
const createFacts = (context: DialectContext) => {
  const facts = new Map<string, ControlFacts>();
  const set = (topic: string, next: ControlFacts | undefined): string => {
    const known = facts.get(topic);
    if (known?.type === next?.type && known?.units === next?.units) return "nothing new";
    if (next === undefined) facts.delete(topic);
    else if (known !== undefined || facts.size < maximumControls) facts.set(topic, next);
    context.reroute(topic, "refined");
    return `a control of type ${next?.type ?? "-"} in ${next?.units ?? "-"}`;
  };
  return { of: (topic: string): ControlFacts => facts.get(topic) ?? {}, set };
};

const createRouter = (context: DialectContext) => {
  const facts = createFacts(context);
  const deviceGates = createGates();
  const controlGates = createGates((key) => [deviceGates(key.split("\0")[0] ?? "")]);

  const identityOf = (prefix: string, name: string): DeviceIdentity => {
    const id = `${prefix}/${name}`;
    return { id, name, gates: [deviceGates(id)] };
  };

  const routeDeviceMeta = (identity: DeviceIdentity, [key, ...more]: Levels) => {
    const gate = deviceGates(identity.id);
    const describe = (label: string, text: string | undefined) => {
      if (text !== undefined) context.device(identity).describe({ [label]: text });
    };
    if (key === undefined) {
      return notice((payload) => {
        const { title, driver, error } = metaOf(payload);
        describe("title", textIn(isObject(title) ? title["en"] : title));
        describe("model", textIn(driver));
        gate.set(textIn(error) === undefined ? "unknown" : "offline");
        return "a device";
      });
    }
    if (more.length > 0) return ignored("nothing of a device");
    if (key === "error") {
      return notice((payload) => {
        gate.set(payload.bytes.length === 0 ? "unknown" : "offline");
        return "an error of the device";
      });
    }
    if (key !== "name") return ignored("nothing of a device");
    return notice((payload) => {
      describe("title", textIn(textOf(payload)));
      return "a title";
    });
  };

  const routeControlMeta = (
    topic: string,
    gate: Gate,
    [key, ...more]: Levels,
  ): readonly TopicPlan[] => {
    const known = () => facts.of(topic);
    if (key === undefined) {
      return notice((payload) => {
        if (payload.bytes.length === 0) return facts.set(topic, undefined);
        const { type = known().type, units = known().units, error } = metaOf(payload);
        tellError(gate, textIn(error));
        return facts.set(topic, { type: textIn(type), units: textIn(units) });
      });
    }
    if (more.length > 0) return ignored("nothing of a control");
    if (key === "error") {
      return notice((payload) => {
        tellError(gate, textOf(payload));
        return "an error of a control";
      });
    }
    if (key !== "type" && key !== "units") return ignored("how a control is shown");
    return notice((payload) => facts.set(topic, { ...known(), [key]: textIn(textOf(payload)) }));
  };

  return (prefix: string, below: Levels): readonly TopicPlan[] | undefined => {
    const [name = "", group, control = "", ...rest] = below;
    const identity = identityOf(prefix, name);
    if (group === "meta") return routeDeviceMeta(identity, below.slice(2));
    if (group !== "controls" || control === "") return undefined;
    const topic = `${identity.id}/controls/${control}`;
    const gate = controlGates(`${identity.id}\0${control}`);
    if (rest[0] === "meta") return routeControlMeta(topic, gate, rest.slice(1));
    if (rest.length > 0) return ignored("a command");
    if (isTextControl(control, facts.of(topic))) return ignored("text");
    return reading(context.device(identity), meaningOfControl(control, facts.of(topic)), { gate });
  };
};

/** Wiren Board controllers, and everything else that follows their conventions. */
export const dialect = defineDialect({
  title: "Wiren Board and whatever follows its conventions",
  source: "https://github.com/wirenboard/conventions",
  prefixes: ["/devices"],
  subscriptions: everythingBelow,
  expiresMs,
  start: (context) => {
    const route = createRouter(context);
    return {
      route: ({ below, prefix }) =>
        below === undefined || prefix === undefined ? undefined : route(prefix, below),
    };
  },
});
