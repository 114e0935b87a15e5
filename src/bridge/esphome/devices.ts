import type { Labels } from "../../reading.ts";
import type { Device } from "../device.ts";
import type { DialectContext } from "../dialect.ts";
import { isObject, jsonOf, type Payload, valueAt } from "../payload.ts";

type Announcement = Readonly<Record<string, unknown>>;

/** Devices that are remembered, and announcements. */
const maximumDevices = 5000;

/** The last level of a prefix, which is the device's name unless the prefix was set. */
export const lastLevel = (prefix: string): string => prefix.slice(prefix.lastIndexOf("/") + 1);

/** What is known of the devices of one broker; a device is named by the prefix of its topics. */
export interface EsphomeDevices {
  readonly device: (prefix: string) => Device;
  /** Remembers that a prefix is a device's, so that its status is too. */
  readonly know: (prefix: string) => void;
  readonly isKnown: (prefix: string) => boolean;
  /** Takes what a device says of itself under its name; false if that is nothing new to remember. */
  readonly announce: (name: string, payload: Payload) => boolean;
}

const textAt = (announcement: Announcement | undefined, key: string): string => {
  const value = valueAt(announcement, [key]);
  return typeof value === "string" ? value : "";
};

const infoOf = (announcement: Announcement): Labels => {
  const info = {
    version: textAt(announcement, "version"),
    model: textAt(announcement, "board") || textAt(announcement, "platform"),
    mac: textAt(announcement, "mac"),
  };
  return Object.fromEntries(Object.entries(info).filter(([, value]) => value !== ""));
};

/** Remembers nothing yet. */
export const createEsphomeDevices = (context: DialectContext): EsphomeDevices => {
  const known = new Set<string>();
  const announced = new Map<string, Announcement>();

  const device = (prefix: string): Device => {
    const name = lastLevel(prefix);
    const announcement = announced.get(name);
    return context.device({
      id: prefix,
      name: textAt(announcement, "friendly_name") || name,
      // Most of these devices also announce themselves to Home Assistant, where they say more.
      isPresumed: true,
      info: announcement === undefined ? undefined : infoOf(announcement),
    });
  };
  const know = (prefix: string) => {
    if (known.has(prefix) || known.size >= maximumDevices) return;
    known.add(prefix);
    context.reroute(`${prefix}/status`);
  };
  const remember = (name: string, payload: Payload): boolean => {
    if (payload.bytes.length === 0) return announced.delete(name);
    const json = jsonOf(payload);
    const hasRoom = announced.size < maximumDevices || announced.has(name);
    if (!isObject(json) || !hasRoom) return false;
    announced.set(name, json);
    return true;
  };
  return {
    device,
    know,
    isKnown: (prefix) => known.has(prefix),
    announce: (name, payload) => {
      if (!remember(name, payload)) return false;
      for (const prefix of known) if (lastLevel(prefix) === name) device(prefix);
      // The prefix of its topics is its name unless it was set.
      if (announced.has(name)) know(name);
      return true;
    },
  };
};
