import type { Clock } from "../clock.ts";
import { health } from "../health.ts";
import type { Labels } from "../reading.ts";
import type { Store } from "../store.ts";
import { createVitalSigns, presenceOf } from "./device-health.ts";
import { createGate, type Gate } from "./gate.ts";
import { familyOfMeaning, type Meaning } from "./meaning.ts";
import { type Arrival, createSlot, type Slot } from "./slot.ts";
import type { Tally } from "./tally.ts";

/** Something that publishes readings: what its `sensor` label names. */
export interface Device {
  /** Value of its `sensor` label. */
  readonly sensor: () => string;
  readonly labels: Labels;
  /** Open while the device is there. */
  readonly gate: Gate;
  /** The place of a reading; the same for the same metric and labels. Every call is one more user, to be released. */
  readonly slot: (meaning: Meaning, tally: Tally, gate?: Gate) => Slot;
  /** A live message has arrived, which proves that the device is there until its readings expire. */
  readonly heard: (arrival: Arrival) => void;
  /** A gate of a part of the device also says whether the device is there. */
  readonly addGate: (gate: Gate) => void;
  readonly removeGate: (gate: Gate) => void;
  /** A plan needs it; not forgotten until that many have let go. */
  readonly hold: () => void;
  readonly release: () => void;
  /** What `sensor_info` says of it besides; the latest word holds. */
  readonly describe: (info: Labels) => void;
}

/** A device as the registry keeps it. */
export interface OwnedDevice extends Device {
  readonly rename: (sensor: string) => void;
  /** Brings its health up to date. */
  readonly collect: (nowMs: number, isConnected: boolean) => void;
  readonly sweep: (nowMs: number) => void;
  /** True once nothing is left of it. */
  readonly isIdle: () => boolean;
  readonly liveReadings: (nowMs: number) => number;
  readonly state: (nowMs: number) => "up" | "down" | "starting";
  readonly info: () => Labels;
  readonly close: () => void;
}

const millisecondsPerSecond = 1000;
const never = Number.NEGATIVE_INFINITY;

/** A device without readings. */
export const createDevice = ({
  store,
  clock,
  sensor: firstName,
  labels,
  parents,
  isRefused,
  isPresumed,
  info: firstInfo,
}: {
  readonly store: Store;
  readonly clock: Clock;
  readonly sensor: string;
  readonly labels: Labels;
  readonly parents: readonly Gate[];
  /** True for one too many: it has no series. */
  readonly isRefused: boolean;
  /** True for one that is only shown while it has readings. */
  readonly isPresumed: boolean;
  readonly info: Labels;
}): OwnedDevice => {
  let sensor = firstName;
  let info = firstInfo;
  let isInfoStale = true;
  let users = 0;
  let heardMs = never;
  let shownHeardMs = never;
  let liveUntilMs = never;
  const gate = createGate({ parents });
  const gates = new Set<Gate>([gate]);
  const slots = new Map<string, Slot>();
  const ownLabels = (): Labels => ({ sensor, ...labels });
  const vitalSigns = createVitalSigns(store, ownLabels);

  const slot: Device["slot"] = (meaning, tally, slotGate = gate) => {
    const family = familyOfMeaning(meaning);
    const key = JSON.stringify([family.name, meaning.labels]);
    const known = slots.get(key);
    if (known !== undefined) {
      known.hold(slotGate);
      return known;
    }
    const created = createSlot({
      family,
      quantity: typeof meaning.quantity === "string" ? meaning.quantity : undefined,
      labels: () => ({ ...meaning.labels, ...ownLabels() }),
      open: (...series) =>
        isRefused
          ? undefined
          : store.open(series[0], series[1], { quantity: series[2], isReading: true }),
      budget: tally.budget,
      gate: slotGate,
      closed: () => slots.delete(key),
    });
    created.hold(slotGate);
    slots.set(key, created);
    return created;
  };

  const conceal = () => {
    vitalSigns.closeAll();
    isInfoStale = true;
    shownHeardMs = never;
  };
  const state = (nowMs: number): "up" | "down" | "starting" => {
    if (isPresumed && slots.size === 0) return "starting";
    const presence = presenceOf(gates);
    if (presence === "offline") return "down";
    if (presence === "online" || liveUntilMs > nowMs) return "up";
    return liveUntilMs === never ? "starting" : "down";
  };

  return {
    sensor: () => sensor,
    labels,
    gate,
    slot,
    heard: ({ atMs, expiresMs }) => {
      heardMs = atMs;
      if (expiresMs > liveUntilMs) liveUntilMs = expiresMs;
    },
    addGate: (added) => gates.add(added),
    removeGate: (removed) => gates.delete(removed),
    hold: () => {
      users += 1;
    },
    release: () => {
      users -= 1;
    },
    describe: (more) => {
      info = { ...info, ...more };
      isInfoStale = true;
    },
    rename: (next) => {
      sensor = next;
      conceal();
      for (const each of slots.values()) each.rename();
    },
    collect: (nowMs, isConnected) => {
      if (isRefused) return;
      const current = state(nowMs);
      if (current === "starting") {
        // It may have been shown before another dialect took its readings over.
        conceal();
        return;
      }
      // Of what cannot be reached, nobody knows that it is there.
      const isUp = current === "up" && (isConnected || liveUntilMs > nowMs);
      vitalSigns.hold(health.up, isUp ? 1 : 0);
      if (isInfoStale) {
        vitalSigns.close(health.sensor);
        vitalSigns.hold(health.sensor, 1, info);
        isInfoStale = false;
      }
      if (heardMs === shownHeardMs) return;
      shownHeardMs = heardMs;
      const wallMs = clock.wallMs() - (nowMs - heardMs);
      vitalSigns.hold(health.lastReading, wallMs / millisecondsPerSecond);
    },
    sweep: (nowMs) => {
      for (const each of slots.values()) each.sweep(nowMs);
    },
    isIdle: () => users <= 0 && slots.size === 0 && presenceOf(gates) === "unknown",
    liveReadings: (nowMs) => {
      let live = 0;
      for (const each of slots.values()) if (each.isLive(nowMs)) live += 1;
      return live;
    },
    state,
    info: () => info,
    close: () => {
      vitalSigns.closeAll();
      gate.close();
    },
  };
};
