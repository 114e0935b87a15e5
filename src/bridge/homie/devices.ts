import type { Labels } from "../../reading.ts";
import type { Device } from "../device.ts";
import type { DialectContext } from "../dialect.ts";
import { createGate, type Gate } from "../gate.ts";
import type { AvailabilityPlan } from "../plan.ts";
import type { HomieProperty } from "./meaning.ts";

const maximumDevices = 2000;
const maximumProperties = 2000;

/** What a device has said of itself. */
export interface HomieDevice {
  /** Where its topics begin. */
  readonly base: string;
  readonly id: string;
  name: string;
  info: Labels;
  /** By node and property. */
  readonly properties: Map<string, HomieProperty>;
  /** True once it has said anything of itself. */
  isAnnounced: boolean;
  /** True after it was deleted, until it announces itself again. */
  isRemoved: boolean;
  /** The base of the device whose connection it shares: Homie 5. */
  root: string | undefined;
}

/** The devices of one broker. */
export interface HomieDevices {
  /** What is known of a device; undefined for one too many. */
  readonly at: (base: string) => HomieDevice | undefined;
  readonly deviceOf: (about: HomieDevice) => Device;
  /** Changes its name, or what else is known of it. */
  readonly describe: (about: HomieDevice, change: { name?: string; info?: Labels }) => void;
  /** It has begun to say what its properties are, which changes what they mean. */
  readonly announce: (about: HomieDevice) => void;
  readonly remove: (about: HomieDevice) => void;
  /** What is said of a property; false if it was known already. */
  readonly setProperty: (about: HomieDevice, key: string, change: HomieProperty) => boolean;
  /** Presence by words of `$state` or `$online`. */
  readonly availability: (about: HomieDevice, words: AvailabilityPlan["words"]) => AvailabilityPlan;
  /** Closed while that device is lost. */
  readonly rootGate: (base: string) => Gate;
}

/** Remembers nothing yet. */
export const createHomieDevices = (context: DialectContext): HomieDevices => {
  const devices = new Map<string, HomieDevice>();
  const rootGates = new Map<string, Gate>();

  const rootGate = (base: string): Gate => {
    const known = rootGates.get(base);
    if (known !== undefined) return known;
    const gate = createGate();
    if (rootGates.size < maximumDevices) rootGates.set(base, gate);
    return gate;
  };
  const deviceOf = ({ base, name, info, root }: HomieDevice): Device =>
    context.device({
      id: base,
      name,
      info,
      gates: root === undefined || root === base ? [] : [rootGate(root)],
    });
  const rerouteProperties = ({ base }: HomieDevice) => context.reroute(`${base}/+/+`);

  return {
    at: (base) => {
      const known = devices.get(base);
      if (known !== undefined || devices.size >= maximumDevices) return known;
      const id = base.slice(base.lastIndexOf("/") + 1);
      const about: HomieDevice = {
        base,
        id,
        name: id,
        info: {},
        properties: new Map(),
        isAnnounced: false,
        isRemoved: false,
        root: undefined,
      };
      devices.set(base, about);
      return about;
    },
    deviceOf,
    describe: (about, { name = about.name, info = {} }) => {
      about.name = name || about.id;
      about.info = { ...about.info, ...info };
      if (!about.isRemoved) deviceOf(about);
    },
    announce: (about) => {
      if (about.isAnnounced || about.isRemoved) return;
      about.isAnnounced = true;
      rerouteProperties(about);
    },
    remove: (about) => {
      if (about.isRemoved) return;
      about.isRemoved = true;
      about.isAnnounced = false;
      about.properties.clear();
      rerouteProperties(about);
      context.removeDevice(about.base);
    },
    setProperty: ({ properties }, key, change) => {
      const known = properties.get(key);
      const next = { ...known, ...change };
      if (known === undefined && properties.size >= maximumProperties) return false;
      if (JSON.stringify(next) === JSON.stringify(known)) return false;
      properties.set(key, next);
      return true;
    },
    availability: (about, words) => ({
      kind: "availability",
      words,
      told: (presence) => {
        if (about.isRemoved) return;
        const isAsleep = presence === "offline" && context.sleeps(about.name);
        deviceOf(about).gate.set(isAsleep ? "unknown" : presence);
      },
    }),
    rootGate,
  };
};
