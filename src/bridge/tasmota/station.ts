import type { Labels } from "../../reading.ts";
import type { Device } from "../device.ts";
import type { DialectContext } from "../dialect.ts";
import { createGate, type Gate, type Presence } from "../gate.ts";
import type { DeviceIdentity } from "../identity.ts";
import type { Message } from "../message.ts";
import type { Announcement } from "./announcement.ts";
import type { Units } from "./names.ts";
import type { RelayWords } from "./state.ts";
import { defaultUnits, unitsSignature } from "./units.ts";

/** A device with Tasmota, as far as it is known. */
export interface Station {
  readonly id: string;
  readonly gate: Gate;
  /** Where its topics begin now. */
  readonly bases: Set<string>;
  /** Identifiers of the devices behind it. */
  readonly children: Set<string>;
  /** Itself, in the registry; made when it speaks, since a kept last will may be that of one long gone. */
  readonly device: () => Device;
  /** A device behind it. */
  readonly child: (name: string) => Device;
  readonly setPresence: (presence: Presence) => void;
  readonly presenceWords: () => Readonly<Record<string, Presence>>;
  readonly relayWords: () => RelayWords;
  readonly units: () => Units;
  readonly expiresMs: () => number;
  readonly announce: (announcement: Announcement) => void;
  readonly describe: (info: Labels) => void;
  /** What it says of its periods and units; its topics are routed anew if that changes something. */
  readonly learnUnits: (units: Units) => void;
  readonly learnTelePeriod: (seconds: number) => void;
  readonly learnSleep: (seconds: number) => void;
  /** A periodic message: who never tells its period shows it. */
  readonly hear: (message: Message) => void;
}

/** `TelePeriod` of a device that nobody has configured: docs/Commands.md of Tasmota. */
const defaultTelePeriodMs = 300_000;
/** Telemetry is switched off: what was said last holds for a day. */
const noTelePeriodMs = 28_800_000;
const longestTelePeriodMs = 86_400_000;
/** One message may be lost, and the next one late. */
const periodsUntilExpiry = 3;
const shortestExpiryMs = 60_000;
const maximumChildren = 500;

/** Gaps that are much longer than the period, twice in a row, are the period. */
const createPeriodWatch = (found: (gapMs: number) => void) => {
  let lastMs: number | undefined;
  let lastGapMs = 0;
  return ({ atMs, isRetained }: Message, periodMs: number) => {
    if (isRetained) return;
    const gapMs = lastMs === undefined ? 0 : atMs - lastMs;
    const bothMs = Math.min(gapMs, lastGapMs);
    lastMs = atMs;
    lastGapMs = gapMs;
    if (bothMs > periodMs * 1.5 && bothMs <= longestTelePeriodMs) found(bothMs);
  };
};

/** A device that is called by its topic until it announces its name. */
export const createStation = (context: DialectContext, id: string, topic: string): Station => {
  const gate = createGate();
  const bases = new Set<string>();
  const children = new Set<string>();
  let name = topic;
  let info: Labels = {};
  let presenceWords: Readonly<Record<string, Presence>> = { online: "online", offline: "offline" };
  let relayWords: RelayWords = { OFF: 0, ON: 1 };
  let units = defaultUnits;
  let telePeriodMs = defaultTelePeriodMs;
  let deepSleepMs = 0;
  let presence: Presence = "unknown";
  let hasSpoken = false;

  const identity = (): DeviceIdentity => ({ id, name, info, gates: [gate] });
  const refine = () => {
    for (const base of bases) context.reroute(`${base}/#`, "refined");
  };
  const setTelePeriod = (periodMs: number) => {
    if (periodMs === telePeriodMs) return;
    telePeriodMs = periodMs;
    refine();
  };
  const device = (): Device => {
    hasSpoken = true;
    const found = context.device(identity());
    found.gate.set(presence);
    return found;
  };
  const isSleeping = () => deepSleepMs > 0 || context.sleeps(name);
  const watchPeriod = createPeriodWatch(setTelePeriod);

  return {
    id,
    gate,
    bases,
    children,
    device,
    child: (child) => {
      const childId = `${id}/${child}`;
      if (children.size < maximumChildren) children.add(childId);
      return context.device({ id: childId, name: child, gates: [gate] });
    },
    setPresence: (told) => {
      // What sleeps between its reports goes offline on purpose.
      presence = told === "offline" && isSleeping() ? "unknown" : told;
      gate.set(presence);
      if (hasSpoken) device();
    },
    presenceWords: () => presenceWords,
    relayWords: () => relayWords,
    units: () => units,
    expiresMs: () =>
      Math.max(shortestExpiryMs, periodsUntilExpiry * Math.max(telePeriodMs, deepSleepMs)),
    announce: (announcement) => {
      name = announcement.name;
      info = announcement.info;
      presenceWords = announcement.presenceWords;
      relayWords = announcement.relayWords;
      deepSleepMs = announcement.deepSleepMs;
      hasSpoken = true;
    },
    describe: (more) => {
      info = { ...info, ...more };
    },
    learnUnits: (next) => {
      if (unitsSignature(next) === unitsSignature(units)) return;
      units = next;
      refine();
    },
    learnTelePeriod: (seconds) =>
      setTelePeriod(seconds > 0 ? Math.min(seconds * 1000, longestTelePeriodMs) : noTelePeriodMs),
    learnSleep: (seconds) => {
      const nextMs = Math.min(seconds * 1000, longestTelePeriodMs);
      if (nextMs <= 0 || nextMs === deepSleepMs) return;
      deepSleepMs = nextMs;
      refine();
    },
    hear: (message) => watchPeriod(message, Math.max(telePeriodMs, deepSleepMs)),
  };
};
