import type { Labels } from "../../reading.ts";
import type { DeviceIdentity } from "../identity.ts";
import type { AnnouncedDevice } from "./announcement.ts";

/** A device as its announcements together describe it. */
export interface KnownDevice<Member> {
  readonly identity: () => DeviceIdentity;
  readonly model: () => string | undefined;
  readonly members: Set<Member>;
}

/** Devices by any of their identifiers. */
export interface KnownDevices<Member> {
  /** The device that is announced, and whether its name or model has changed by it. */
  readonly meet: (announced: AnnouncedDevice) => {
    readonly device: KnownDevice<Member>;
    readonly isRenamed: boolean;
    readonly isDescribed: boolean;
  };
  /** Forgets a device without members. */
  readonly forget: (device: KnownDevice<Member>) => void;
}

interface Entry<Member> extends KnownDevice<Member> {
  readonly id: string;
  readonly ids: Set<string>;
  name: string | undefined;
  info: Labels;
}

/** Identifiers that one device may gather. */
const maximumIds = 50;

/** No devices yet. */
export const createKnownDevices = <Member>(): KnownDevices<Member> => {
  const byId = new Map<string, Entry<Member>>();
  const entries = new Map<KnownDevice<Member>, Entry<Member>>();

  const create = (id: string): Entry<Member> => {
    const entry: Entry<Member> = {
      id,
      ids: new Set(),
      name: undefined,
      info: {},
      members: new Set(),
      // Of many announcements, some name the device by its identifier alone.
      identity: () => ({ id, name: entry.name ?? id, info: entry.info }),
      model: () => entry.info["model"],
    };
    entries.set(entry, entry);
    return entry;
  };

  return {
    meet: ({ ids, name, info }) => {
      const known = ids.map((id) => byId.get(id)).find((each) => each !== undefined);
      const entry = known ?? create(ids[0] ?? "");
      for (const id of ids) {
        if (byId.has(id) || entry.ids.size >= maximumIds) continue;
        entry.ids.add(id);
        byId.set(id, entry);
      }
      const before = { name: entry.name, info: entry.info };
      entry.name = name ?? entry.name;
      entry.info = { ...entry.info, ...info };
      const isModelNew = before.info["model"] !== entry.info["model"];
      const isDescribed = JSON.stringify(before.info) !== JSON.stringify(entry.info);
      return {
        device: entry,
        isRenamed: before.name !== entry.name || isModelNew,
        isDescribed: isDescribed || before.name !== entry.name,
      };
    },
    forget: (device) => {
      const entry = entries.get(device);
      if (entry === undefined || entry.members.size > 0) return;
      entries.delete(device);
      for (const id of entry.ids) byId.delete(id);
    },
  };
};
