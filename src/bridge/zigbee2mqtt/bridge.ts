import type { DialectContext } from "../dialect.ts";
import { createGate, type Gate } from "../gate.ts";
import type { DeviceIdentity } from "../identity.ts";
import { jsonOf, type Payload } from "../payload.ts";
import type { Interpret } from "../plan.ts";
import type { Levels } from "../topic.ts";
import { type Listed, readDevices, readGroups } from "./listing.ts";
import { interpretUnlisted } from "./unlisted.ts";

/** What the levels of a topic below the bridge's name. */
type Found =
  | { readonly kind: "device"; readonly name: string; readonly rest: Levels }
  | { readonly kind: "group" }
  | { readonly kind: "unlisted" };

/** One Zigbee2MQTT: who its devices are, as far as it has said. */
export interface Bridge {
  readonly gate: Gate;
  readonly find: (levels: Levels) => Found;
  /** The device of that name; one that is not listed is remembered, so that the list finds it again. */
  readonly identityOf: (name: string) => DeviceIdentity;
  readonly interpretOf: (name: string) => Interpret;
  /** The identifier of the device that has that name now. */
  readonly idOfName: (name: string) => string;
  /** True unless there is a list, on which it is not, and it has not spoken either. */
  readonly isPlausible: (name: string) => boolean;
  readonly takeDevices: (payload: Payload) => string;
  readonly takeGroups: (payload: Payload) => string;
}

/** Names that were seen before the list, or that are not on it. */
const maximumUnlisted = 5000;

/** A bridge that has said nothing yet. */
export const createBridge = (context: DialectContext, prefix: string): Bridge => {
  const gate = createGate();
  const unlisted = new Set<string>();
  /** What a device was known by before it was listed stays its identifier, so that its readings stay too. */
  const adopted = new Map<string, string>();
  let devices: ReadonlyMap<string, Listed> = new Map();
  let byName: ReadonlyMap<string, Listed> = new Map();
  let groups: ReadonlySet<string> = new Set();

  const unlistedId = (name: string) => `${prefix}/${name}`;
  const idOf = ({ address }: Listed) => adopted.get(address) ?? address;
  const listedIdentity = (listed: Listed): DeviceIdentity => ({
    id: idOf(listed),
    name: listed.name,
    info: listed.info,
    gates: [gate],
  });
  const idOfName = (name: string) => {
    const listed = byName.get(name);
    return listed === undefined ? unlistedId(name) : idOf(listed);
  };
  const topicsOf = (name: string) => `${prefix}/${name}/#`;

  const adopt = (listed: Listed) => {
    if (!unlisted.delete(listed.name)) return;
    if (!devices.has(listed.address)) adopted.set(listed.address, unlistedId(listed.name));
  };
  const forget = (listed: Listed) => {
    context.reroute(topicsOf(listed.name));
    context.removeDevice(idOf(listed));
    adopted.delete(listed.address);
  };
  const forgetUnlisted = (name: string) => {
    context.reroute(topicsOf(name));
    context.removeDevice(unlistedId(name));
    unlisted.delete(name);
  };

  /** `lamp/left` was taken for a device before it was known that `lamp` is one. */
  const isBelowListed = (name: string): boolean => {
    const levels = name.split("/");
    return levels.some(
      (_level, index) => index > 0 && byName.has(levels.slice(0, index).join("/")),
    );
  };

  const announce = (listed: Listed, old: Listed | undefined) => {
    // Only of those who have readings already: the others are made when they speak.
    if (old !== undefined || adopted.has(listed.address)) context.device(listedIdentity(listed));
    if (old !== undefined && old.name !== listed.name) {
      context.reroute(topicsOf(old.name), "refined");
    }
    context.reroute(topicsOf(listed.name), "refined");
  };

  const apply = (next: ReadonlyMap<string, Listed>): number => {
    const before = devices;
    for (const listed of next.values()) adopt(listed);
    devices = next;
    byName = new Map([...next.values()].map((listed) => [listed.name, listed]));
    const gone = [...before.values()].filter(({ address }) => !next.has(address));
    for (const listed of gone) forget(listed);
    const changed = [...next.values()].filter(
      ({ address, signature }) => before.get(address)?.signature !== signature,
    );
    for (const listed of changed) announce(listed, before.get(listed.address));
    for (const name of [...unlisted].filter(isBelowListed)) forgetUnlisted(name);
    return changed.length;
  };

  return {
    gate,
    find: (levels) => {
      for (let length = levels.length; length > 0; length -= 1) {
        const name = levels.slice(0, length).join("/");
        if (byName.has(name)) return { kind: "device", name, rest: levels.slice(length) };
        if (groups.has(name)) return { kind: "group" };
      }
      return { kind: "unlisted" };
    },
    identityOf: (name) => {
      const listed = byName.get(name);
      if (listed !== undefined) return listedIdentity(listed);
      if (unlisted.size < maximumUnlisted) unlisted.add(name);
      return { id: unlistedId(name), name, gates: [gate] };
    },
    isPlausible: (name) => byName.size === 0 || byName.has(name) || unlisted.has(name),
    interpretOf: (name) => byName.get(name)?.interpret ?? interpretUnlisted,
    idOfName,
    takeDevices: (payload) => {
      const next =
        payload.bytes.length === 0 ? new Map<string, Listed>() : readDevices(jsonOf(payload));
      if (next === undefined) return "no list of devices";
      const changed = apply(next);
      return `${next.size} devices, ${changed} of them new or changed`;
    },
    takeGroups: (payload) => {
      const next = payload.bytes.length === 0 ? new Set<string>() : readGroups(jsonOf(payload));
      if (next === undefined) return "no list of groups";
      const added = [...next].filter((name) => !groups.has(name));
      const gone = [...groups].filter((name) => !next.has(name));
      groups = next;
      for (const name of added) forgetUnlisted(name);
      for (const name of gone) context.reroute(topicsOf(name));
      return `${next.size} groups`;
    },
  };
};
