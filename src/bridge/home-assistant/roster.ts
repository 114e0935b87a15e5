import type { Labels } from "../../reading.ts";
import type { Naming } from "./channel.ts";
import type { EntityDevice, EntityReading } from "./entity.ts";
import { createGroups, type Groups, type Member } from "./groups.ts";

/** What an entity says of its name by itself. */
type OwnNaming = Omit<Naming, "deviceName" | "model">;

/** The readings of all devices by their names; tells the topics of those whose labels may have changed. */
export interface Roster {
  readonly join: (reading: EntityReading, own: OwnNaming, identity: string) => void;
  readonly part: (reading: EntityReading) => void;
  /** The device has another name, or model. */
  readonly rename: (device: EntityDevice) => void;
  readonly labelsOf: (reading: EntityReading) => Labels;
  readonly forget: (device: EntityDevice) => void;
}

/** A roster of nobody. */
export const createRoster = (changed: (topic: string) => void): Roster => {
  const groups = new Map<EntityDevice, Groups>();
  const readings = new Map<Member, EntityReading>();

  const groupsOf = (device: EntityDevice): Groups => {
    const known = groups.get(device) ?? createGroups();
    groups.set(device, known);
    return known;
  };
  const tell = (affected: readonly Member[]) => {
    for (const member of affected) {
      const topic = readings.get(member)?.announced.topic;
      if (topic !== undefined) changed(topic);
    }
  };
  const join: Roster["join"] = (reading, own, identity) => {
    const { device, key } = reading.entity;
    const naming = { ...own, deviceName: device.identity().name, model: device.model() };
    const member: Member = { identity, key, naming };
    reading.member = member;
    readings.set(member, reading);
    tell(groupsOf(device).add(member));
  };
  const part: Roster["part"] = (reading) => {
    const { member } = reading;
    if (member === undefined) return;
    tell(groupsOf(reading.entity.device).remove(member));
    readings.delete(member);
    reading.member = undefined;
  };

  return {
    join,
    part,
    rename: (device) => {
      for (const reading of [...device.members].flatMap((entity) => entity.readings)) {
        const { member } = reading;
        if (member === undefined) continue;
        part(reading);
        join(reading, member.naming, member.identity);
      }
    },
    labelsOf: ({ entity, member }) =>
      member === undefined ? {} : groupsOf(entity.device).labelsOf(member),
    forget: (device) => {
      groups.delete(device);
    },
  };
};
