import type { Device } from "../device.ts";
import type { DialectContext } from "../dialect.ts";
import type { AvailabilityPlan } from "../plan.ts";

const millisecondsPerHour = 3_600_000;
/** Sleepers wake at least twice a day: the H&T every 12 hours (Gen1) or 2 hours (Gen2) unless it is set otherwise. */
export const reportedExpiresMs = 24 * millisecondsPerHour;
/**
 * What is only sent when it changes, such as a relay that nobody switches. The last will ends the readings of a device
 * that is gone long before.
 */
export const lastingExpiresMs = 720 * millisecondsPerHour;
/** What is told along with something else and is soon no longer so: uptime, free memory, signal strength. */
export const briefExpiresMs = millisecondsPerHour;

/** Devices of which more is remembered than their name. */
const maximumDevices = 5000;
/** Battery models by the beginning of their factory name: H&T, door and window, flood, smoke, motion, button, TRV. */
const sleepingName = /^shelly(?:plus)?(?:ht|dw|flood|smoke|motion|button|trv|sense)/iu;

/** What is known of the devices of one broker; a device is named by the prefix of its topics. */
export interface ShellyDevices {
  readonly device: (prefix: string) => Device;
  /** Remembers that a prefix is a Shelly's, so that its less telling topics are its too. */
  readonly know: (prefix: string) => void;
  readonly isKnown: (prefix: string) => boolean;
  readonly isSleeper: (prefix: string) => boolean;
  /** It has a battery: that it is offline is how it saves it. */
  readonly markSleeper: (prefix: string) => void;
  readonly describe: (prefix: string, info: Readonly<Record<string, string>>) => void;
  readonly availability: (prefix: string) => AvailabilityPlan;
}

const lastLevel = (prefix: string): string => prefix.slice(prefix.lastIndexOf("/") + 1);

/** Remembers nothing yet. */
export const createShellyDevices = (context: DialectContext): ShellyDevices => {
  const known = new Set<string>();
  const sleepers = new Set<string>();
  const infos = new Map<string, Readonly<Record<string, string>>>();

  const device = (prefix: string): Device => {
    const name = lastLevel(prefix);
    return context.device({ id: prefix, name, info: infos.get(prefix) });
  };
  const isSleeper = (prefix: string): boolean => {
    const name = lastLevel(prefix);
    return sleepers.has(prefix) || sleepingName.test(name) || context.sleeps(name);
  };
  const isKnown = (prefix: string) => known.has(prefix) || /shelly/iu.test(lastLevel(prefix));
  return {
    device,
    know: (prefix) => {
      if (isKnown(prefix) || known.size >= maximumDevices) return;
      known.add(prefix);
      for (const topic of ["online", "status/sys", "status/wifi"]) {
        context.reroute(`${prefix}/${topic}`);
      }
    },
    isKnown,
    isSleeper,
    markSleeper: (prefix) => {
      if (sleepers.has(prefix) || sleepers.size >= maximumDevices) return;
      sleepers.add(prefix);
      const { gate } = device(prefix);
      if (gate.presence() === "offline") gate.set("unknown");
    },
    describe: (prefix, info) => {
      if (infos.size < maximumDevices || infos.has(prefix)) infos.set(prefix, info);
      device(prefix);
    },
    availability: (prefix) => ({
      kind: "availability",
      words: { true: "online", false: "offline" },
      told: (presence) => {
        const isAsleep = presence === "offline" && isSleeper(prefix);
        device(prefix).gate.set(isAsleep ? "unknown" : presence);
      },
    }),
  };
};
