import { health } from "../health.ts";
import type { Labels } from "../reading.ts";
import { never } from "../store/slots.ts";
import type { Series } from "../store.ts";
import type { Gate, Presence } from "./gate.ts";
import type { SlotOwner } from "./slot.ts";

/** What is known of several parts together: one that is there is enough. */
const presenceOf = (gates: Iterable<Gate>): Presence => {
  let presence: Presence = "unknown";
  for (const gate of gates) {
    const each = gate.presence();
    if (each === "online") return "online";
    if (each === "offline") presence = "offline";
  }
  return presence;
};

type VitalSign = "up" | "sensor" | "lastReading";

/** The health metrics of a device, each opened once there is something to say; one was refused if it is null. */
type VitalSigns = Record<VitalSign, Series | null | undefined>;

/** A device as it is kept: one plain record, since there are many. */
export interface KeptDevice extends SlotOwner {
  /** True for one that is only shown while it has readings. */
  readonly isPresumed: boolean;
  named: string;
  ownGate: Gate | undefined;
  /** The gates of its parts. */
  parts: Set<Gate> | undefined;
  signs: VitalSigns | undefined;
  about: Labels;
  isInfoStale: boolean;
  users: number;
  heardMs: number;
  shownHeardMs: number;
  liveUntilMs: number;
}

/** Whether it says itself that it is there, or a part of it does. */
export const presence = ({ ownGate, parts }: KeptDevice): Presence => {
  if (parts === undefined) return ownGate?.presence() ?? "unknown";
  return presenceOf(ownGate === undefined ? parts : [ownGate, ...parts]);
};

/** Whether it is there; `starting` before anything was heard of it. */
export const state = (kept: KeptDevice, nowMs: number): "up" | "down" | "starting" => {
  if (kept.isPresumed && kept.slots.size === 0) return "starting";
  const present = presence(kept);
  if (present === "offline") return "down";
  if (present === "online" || kept.liveUntilMs > nowMs) return "up";
  return kept.liveUntilMs === never ? "starting" : "down";
};

const signOf = (kept: KeptDevice, sign: VitalSign, info: Labels = {}): Series | null => {
  kept.signs ??= { up: undefined, sensor: undefined, lastReading: undefined };
  const { signs, store, labels } = kept;
  if (signs[sign] === undefined) {
    signs[sign] = store.open(health[sign], { ...info, sensor: kept.named, ...labels }) ?? null;
  }
  return signs[sign] ?? null;
};

const close = ({ signs }: KeptDevice, sign: VitalSign): void => {
  if (signs === undefined) return;
  signs[sign]?.close();
  signs[sign] = undefined;
};

/** Ends all its health metrics. */
export const closeSigns = (kept: KeptDevice): void => {
  for (const sign of ["up", "sensor", "lastReading"] as const) close(kept, sign);
};

/** Ends its health metrics until there is something to say again. */
export const conceal = (kept: KeptDevice): void => {
  closeSigns(kept);
  kept.isInfoStale = true;
  kept.shownHeardMs = never;
};

/** Brings its health metrics up to date. */
export const collect = (kept: KeptDevice, nowMs: number, isConnected: boolean): void => {
  if (kept.isRefused) return;
  const current = state(kept, nowMs);
  if (current === "starting") {
    // It may have been shown before another dialect took its readings over.
    conceal(kept);
    return;
  }
  // Of what cannot be reached, nobody knows that it is there.
  const isUp = current === "up" && (isConnected || kept.liveUntilMs > nowMs);
  signOf(kept, "up")?.hold(isUp ? 1 : 0);
  if (kept.isInfoStale) {
    close(kept, "sensor");
    signOf(kept, "sensor", kept.about)?.hold(1);
    kept.isInfoStale = false;
  }
  if (kept.heardMs === kept.shownHeardMs) return;
  kept.shownHeardMs = kept.heardMs;
  signOf(kept, "lastReading")?.stamp(kept.heardMs);
};
