import type { Labels } from "../reading.ts";
import type { Store } from "../store.ts";
import { createDevice, type Device, type OwnedDevice } from "./device.ts";
import { cleanName, distinctNames, type NamedDevice } from "./device-names.ts";
import type { DeviceIdentity, Witness } from "./identity.ts";

/** A device that somebody is to see. */
export interface ListedDevice {
  readonly device: OwnedDevice;
  readonly broker: string;
  readonly dialect: string;
}

/** All devices of all brokers: no two have the same labels. */
export interface Devices {
  /** The device of that identity; one more than the limit is given no series. */
  readonly of: (witness: Witness, identity: DeviceIdentity) => Device;
  /** It was removed for good; its routes are gone already. */
  readonly remove: (witness: Witness, id: string) => void;
  readonly list: () => readonly ListedDevice[];
  /** How many a broker has, and how many were refused. */
  readonly count: (broker: string) => number;
  readonly refused: (broker: string) => number;
  readonly collect: (nowMs: number, isConnected: (broker: string) => boolean) => void;
  readonly sweep: (nowMs: number) => void;
  /** Closes what came from that broker. */
  readonly closeBroker: (broker: string) => void;
}

/** A device and how it is known. */
interface Entry extends NamedDevice {
  readonly device: OwnedDevice;
}

/** How many devices each broker has, and how many were too many. */
const createCounts = () => {
  const counts = new Map<string, number>();
  const refusals = new Map<string, number>();
  const count = (broker: string): number => counts.get(broker) ?? 0;
  const refused = (broker: string): number => refusals.get(broker) ?? 0;
  return {
    count,
    refused,
    change: (broker: string, difference: 1 | -1) => counts.set(broker, count(broker) + difference),
    refuse: (broker: string) => refusals.set(broker, refused(broker) + 1),
  };
};

/** A registry of no devices. Names in `reserved` belong to the sensors of the board. */
export const createDevices = ({
  store,
  limitOf,
  isReserved,
}: {
  readonly store: Store;
  /** Devices that a broker may have. */
  readonly limitOf: (broker: string) => number;
  readonly isReserved: (name: string) => boolean;
}): Devices => {
  const byId = new Map<string, Entry>();
  const byName = new Map<string, readonly Entry[]>();
  const entries = new Set<Entry>();
  const { count, change, refuse, refused } = createCounts();

  const idKey = ({ broker, dialect }: Witness, id: string, labels: Labels) =>
    JSON.stringify([broker, dialect, id, labels]);
  const nameKey = (name: string, labels: Labels) => JSON.stringify([name, labels]);

  const settle = (key: string) => {
    const group = byName.get(key) ?? [];
    if (group.length === 0) {
      byName.delete(key);
      return;
    }
    const names = distinctNames(group, isReserved(group[0]?.name ?? ""));
    group.forEach(({ device }, index) => {
      const sensor = names[index] ?? "";
      if (device.sensor() !== sensor) device.rename(sensor);
    });
  };
  const enter = (entry: Entry, name: string) => {
    entry.name = name;
    const key = nameKey(name, entry.device.labels);
    const known = byName.get(key);
    // An array that spreads another one is given room for sixteen more.
    byName.set(key, known === undefined ? [entry] : [...known, entry]);
    settle(key);
  };
  const leave = (entry: Entry) => {
    const key = nameKey(entry.name, entry.device.labels);
    const others = (byName.get(key) ?? []).filter((other) => other !== entry);
    byName.set(key, others);
    settle(key);
  };

  /** Two dialects that speak of the same name on the same broker speak of the same device. */
  const knownByOthers = ({ broker, dialect }: Witness, name: string, labels: Labels) =>
    (byName.get(nameKey(name, labels)) ?? []).find(
      (entry) => entry.broker === broker && !entry.ids.has(dialect),
    );

  const create = (witness: Witness, identity: DeviceIdentity, name: string): Entry => {
    const { labels = {}, info = {}, gates = [] } = identity;
    const isUnwanted = identity.isUnwanted === true;
    const isOneTooMany = count(witness.broker) >= limitOf(witness.broker);
    const isRefused = isUnwanted || isOneTooMany;
    if (isOneTooMany && !isUnwanted) refuse(witness.broker);
    const device = createDevice({
      store,
      named: name,
      labels,
      parents: gates,
      isRefused,
      isPresumed: identity.isPresumed === true,
      about: { driver: witness.dialect, broker: witness.broker, ...info },
    });
    const entry: Entry = { device, broker: witness.broker, ids: new Map(), name };
    if (!isRefused) {
      entries.add(entry);
      change(witness.broker, 1);
    }
    return entry;
  };

  const forget = (entry: Entry) => {
    entries.delete(entry);
    change(entry.broker, -1);
    for (const [dialect, id] of entry.ids) {
      byId.delete(idKey({ broker: entry.broker, dialect }, id, entry.device.labels));
    }
    entry.device.close();
    leave(entry);
  };

  const meet = (witness: Witness, identity: DeviceIdentity, name: string, key: string): Device => {
    const { id, labels = {}, info = {} } = identity;
    const shared = knownByOthers(witness, name, labels);
    const entry = shared ?? create(witness, identity, name);
    if (!entries.has(entry)) return entry.device;
    entry.ids.set(witness.dialect, id);
    byId.set(key, entry);
    if (shared === undefined) enter(entry, name);
    else shared.device.describe(info);
    return entry.device;
  };

  return {
    of: (witness, identity) => {
      const { id, labels = {}, info } = identity;
      const name = cleanName(identity.name) || cleanName(id) || witness.dialect;
      const key = idKey(witness, id, labels);
      const known = byId.get(key);
      if (known === undefined) return meet(witness, identity, name, key);
      if (info !== undefined) known.device.describe(info);
      if (known.name !== name) {
        leave(known);
        enter(known, name);
      }
      return known.device;
    },
    remove: ({ broker, dialect }, id) => {
      for (const entry of [...entries]) {
        if (entry.broker !== broker || entry.ids.get(dialect) !== id) continue;
        if (entry.ids.size === 1) forget(entry);
        else {
          entry.ids.delete(dialect);
          byId.delete(idKey({ broker, dialect }, id, entry.device.labels));
        }
      }
    },
    list: () =>
      [...entries].map(({ device, broker, ids }) => ({
        device,
        broker,
        dialect: [...ids.keys()].join(", "),
      })),
    count,
    refused,
    collect: (nowMs, isConnected) => {
      for (const { device, broker } of entries) device.collect(nowMs, isConnected(broker));
    },
    sweep: (nowMs) => {
      for (const entry of [...entries]) {
        entry.device.sweep(nowMs);
        if (entry.device.isIdle()) forget(entry);
      }
    },
    closeBroker: (broker) => {
      for (const entry of [...entries]) if (entry.broker === broker) forget(entry);
    },
  };
};
