import type { Labels } from "../reading.ts";
import { sharing } from "../sharing.ts";
import { never } from "../store/slots.ts";
import { closeSigns, collect, conceal, type KeptDevice, presence, state } from "./device-health.ts";
import { createGate, type Gate } from "./gate.ts";
import type { Meaning } from "./meaning.ts";
import { type Arrival, createSlot, type Slot, slotKey } from "./slot.ts";
import type { Tally } from "./tally.ts";

/** Something that publishes readings: what its `sensor` label names. */
export interface Device {
  /** Value of its `sensor` label. */
  readonly sensor: () => string;
  readonly labels: Labels;
  /** True for one that has no series: one too many, or one that is not wanted. */
  readonly isRefused: boolean;
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

const gateOf = (kept: KeptDevice, parents: readonly Gate[] = []): Gate => {
  if (kept.ownGate !== undefined) return kept.ownGate;
  const gate = createGate({ parents });
  // A slot that has a gate of its own hears from that one.
  gate.watch(() => {
    for (const slot of kept.slots.values()) slot.look();
  });
  kept.ownGate = gate;
  return gate;
};

const heard = (kept: KeptDevice, { atMs, expiresMs }: Arrival): void => {
  kept.heardMs = atMs;
  if (expiresMs > kept.liveUntilMs) kept.liveUntilMs = expiresMs;
};

const functions: Omit<OwnedDevice, "labels" | "isRefused"> & ThisType<KeptDevice> = {
  sensor() {
    return this.named;
  },
  get gate() {
    return gateOf(this);
  },
  slot(meaning, tally, gate) {
    const key = slotKey(meaning.quantity, meaning.labels);
    const known = this.slots.get(key);
    const slotGate = gate === this.ownGate ? undefined : gate;
    const slot = known ?? createSlot(this, meaning, tally.budget, slotGate);
    slot.hold(slotGate);
    if (known === undefined) this.slots.set(key, slot);
    return slot;
  },
  heard(arrival) {
    heard(this, arrival);
  },
  addGate(gate) {
    this.parts ??= new Set();
    this.parts.add(gate);
  },
  removeGate(gate) {
    this.parts?.delete(gate);
  },
  hold() {
    this.users += 1;
  },
  release() {
    this.users -= 1;
  },
  describe(more) {
    this.about = { ...this.about, ...more };
    this.isInfoStale = true;
  },
  rename(sensor) {
    this.named = sensor;
    conceal(this);
    for (const each of this.slots.values()) each.rename();
  },
  collect(nowMs, isConnected) {
    collect(this, nowMs, isConnected);
  },
  sweep(nowMs) {
    for (const each of this.slots.values()) each.sweep(nowMs);
  },
  isIdle() {
    return this.users <= 0 && this.slots.size === 0 && presence(this) === "unknown";
  },
  liveReadings(nowMs) {
    let live = 0;
    for (const each of this.slots.values()) if (each.isLive(nowMs)) live += 1;
    return live;
  },
  state(nowMs) {
    return state(this, nowMs);
  },
  info() {
    return this.about;
  },
  close() {
    closeSigns(this);
    this.ownGate?.close();
  },
};

/** What is known of a device when it is made. */
export type NewDevice = Pick<
  KeptDevice,
  "store" | "named" | "labels" | "isRefused" | "isPresumed" | "about"
> & { readonly parents: readonly Gate[] };

/** A device without readings. */
export const createDevice = (made: NewDevice): OwnedDevice => {
  const { store, named, labels, parents, isRefused, isPresumed, about } = made;
  const kept: KeptDevice = {
    store,
    named,
    labels,
    isRefused,
    isPresumed,
    about,
    slots: new Map(),
    ownGate: undefined,
    parts: undefined,
    signs: undefined,
    isInfoStale: true,
    users: 0,
    heardMs: never,
    shownHeardMs: never,
    liveUntilMs: never,
  };
  // Without parents the gate is made when somebody asks for it, since most devices never say whether they are there.
  // Nobody closes a refused one, and its parents would remember it.
  if (parents.length > 0 && !isRefused) gateOf(kept, parents);
  return sharing(kept, functions);
};
