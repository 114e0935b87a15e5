import type { DialectContext } from "../dialect.ts";
import { isObject, jsonOf, type Payload, valueAt } from "../payload.ts";
import type { Levels } from "../topic.ts";
import { type Announcement, type Role, readAnnouncement } from "./announcement.ts";
import type { Units } from "./names.ts";
import { createStation, type Station } from "./station.ts";
import { defaultUnits, unitsIn } from "./units.ts";

/** Whose topic it is, and what is below the beginning that all topics of the device share. */
export interface Located {
  readonly station: Station;
  readonly role: Role;
  readonly base: string;
  readonly rest: Levels;
}

/** All devices with Tasmota of a broker. */
export interface Stations {
  readonly locate: (levels: Levels) => Located | undefined;
  /** Takes what is on `tasmota/discovery/<address>/config`. */
  readonly takeConfig: (address: string, payload: Payload) => string;
  /** Takes what is on `tasmota/discovery/<address>/sensors`: sample values, but true units. */
  readonly takeSensors: (address: string, payload: Payload) => string;
}

interface Known {
  readonly station: Station;
  readonly announcement: Announcement;
}

const maximumStations = 5000;

const isRole = (level: string): level is Role =>
  level === "tele" || level === "stat" || level === "cmnd";

/** What only Tasmota publishes at the end of a topic. */
const ending = /^(?:SENSOR|STATE|LWT|RESULT|INFO\d|STATUS\d{0,2}|POWER\d{0,2}|DEEPSLEEP)$/u;

/** Devices that nobody has announced yet. */
export const createStations = (context: DialectContext): Stations => {
  const announced = new Map<string, Known>();
  const unannounced = new Map<string, Station>();
  const byBase = new Map<string, { readonly station: Station; readonly role: Role }>();
  const unitsOf = new Map<string, Units>();

  /** The usual beginnings, in any order: `tele/<topic>`, `<topic>/tele`. */
  const guess = (levels: Levels, creates: boolean): Located | undefined => {
    const at = levels.findIndex(isRole);
    const role = levels[at];
    const topic = [...levels.slice(0, at), ...levels.slice(at + 1, -1)].join("/");
    const isPossible = at >= 0 && at < levels.length - 1 && topic !== "";
    if (!isPossible || role === undefined || !isRole(role)) return undefined;
    const known = unannounced.get(topic);
    if (known === undefined && (!creates || unannounced.size >= maximumStations)) return undefined;
    const station = known ?? createStation(context, topic, topic);
    unannounced.set(topic, station);
    const base = levels.slice(0, -1).join("/");
    if (role !== "cmnd") station.bases.add(base);
    return { station, role, base, rest: levels.slice(-1) };
  };

  /** The device whose topics were known before it announced itself: its readings stay. */
  const adopt = ({ bases }: Announcement): Station | undefined => {
    const found = guess([...bases.tele.split("/"), "LWT"], false)?.station;
    for (const [topic, station] of unannounced) if (station === found) unannounced.delete(topic);
    return found;
  };

  const leave = ({ station, announcement }: Known) => {
    for (const base of Object.values(announcement.bases)) {
      if (byBase.get(base)?.station === station) byBase.delete(base);
      station.bases.delete(base);
    }
  };
  const enter = ({ station, announcement }: Known) => {
    const { cmnd, stat, tele } = announcement.bases;
    byBase.set(cmnd, { station, role: "cmnd" });
    byBase.set(stat, { station, role: "stat" });
    byBase.set(tele, { station, role: "tele" });
    station.bases.add(stat).add(tele);
  };

  const remove = (address: string): string => {
    const known = announced.get(address);
    unitsOf.delete(address);
    if (known === undefined) return "nothing to remove";
    const { station } = known;
    const bases = [...station.bases];
    announced.delete(address);
    context.subscribe(`tasmota ${address}`, []);
    // While its topics are still its own, so that they are given up in its name.
    for (const base of bases) context.reroute(`${base}/#`);
    leave(known);
    for (const child of station.children) context.removeDevice(child);
    context.removeDevice(station.id);
    return "removed";
  };

  const settle = (address: string, known: Known, old: Known | undefined, isNew: boolean) => {
    const { station, announcement } = known;
    const bases = new Set(station.bases);
    if (old !== undefined) leave(old);
    announced.set(address, known);
    station.announce(announcement);
    enter(known);
    const { stat, tele } = announcement.bases;
    context.subscribe(`tasmota ${address}`, [`${tele}/#`, `${stat}/#`]);
    if (!isNew) station.device();
    for (const base of bases.add(stat).add(tele)) context.reroute(`${base}/#`, "refined");
    station.learnUnits(unitsOf.get(address) ?? station.units());
  };
  const add = (address: string, announcement: Announcement): string => {
    const old = announced.get(address);
    if (JSON.stringify(old?.announcement) === JSON.stringify(announcement)) return "unchanged";
    if (old === undefined && announced.size >= maximumStations) return "one too many";
    const before = old?.station ?? adopt(announcement);
    const station = before ?? createStation(context, address, announcement.name);
    settle(address, { station, announcement }, old, before === undefined);
    return `the device ${announcement.name}`;
  };

  return {
    locate: (levels) => {
      for (let length = levels.length - 1; length > 0; length -= 1) {
        const base = levels.slice(0, length).join("/");
        const found = byBase.get(base);
        if (found !== undefined) return { ...found, base, rest: levels.slice(length) };
      }
      return ending.test(levels.at(-1) ?? "") ? guess(levels, true) : undefined;
    },
    takeConfig: (address, payload) => {
      if (payload.bytes.length === 0) return remove(address);
      const announcement = readAnnouncement(jsonOf(payload), address);
      if (announcement !== undefined) return add(address, announcement);
      context.unsupported(`tasmota/discovery/${address}`, "it has no topics of its own");
      return "no announcement";
    },
    takeSensors: (address, payload) => {
      const skeleton = valueAt(jsonOf(payload), ["sn"]);
      if (!isObject(skeleton)) return "no sensors";
      const units = unitsIn(skeleton, defaultUnits);
      if (unitsOf.size < maximumStations) unitsOf.set(address, units);
      announced.get(address)?.station.learnUnits(units);
      return "units of its sensors";
    },
  };
};
