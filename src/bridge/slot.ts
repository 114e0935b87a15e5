import type { Labels } from "../reading.ts";
import { sharing } from "../sharing.ts";
import { never } from "../store/slots.ts";
import type { Series, Store } from "../store.ts";
import type { Gate } from "./gate.ts";
import { familyOfMeaning, type Meaning } from "./meaning.ts";
import type { Budget } from "./tally.ts";

/** What became of a value that was written. */
export type Written = "stored" | "unchanged" | "waiting" | "refused";

/** When a value arrived and how long it holds. */
export interface Arrival {
  readonly atMs: number;
  readonly expiresMs: number;
  readonly isRetained: boolean;
}

/** The place of one reading of a device: a series of the store while there is a value to show. */
export interface Slot {
  readonly metric: () => string;
  readonly labels: () => Labels;
  /** Keeps a value in the base unit. A retained one that is known already tells nothing new. */
  readonly write: (value: number, arrival: Arrival) => Written;
  /** The device has no value now. */
  readonly clear: () => void;
  /** Gives up the series of a value that has expired; what it was is remembered. */
  readonly sweep: (nowMs: number) => void;
  /** Opens the series again under the device's new name. */
  readonly rename: () => void;
  /** True until the value expires. */
  readonly isLive: (nowMs: number) => boolean;
  /** One more topic writes here, and its gate lets readings through from now on; the device's own if left out. */
  readonly hold: (gate: Gate | undefined) => void;
  /** One topic less; the last one takes the series along. */
  readonly release: () => void;
  /** Looks whether the gate lets readings through. */
  readonly look: () => void;
}

/** The device of a slot. */
export interface SlotOwner {
  readonly store: Store;
  readonly isRefused: boolean;
  readonly named: string;
  readonly labels: Labels;
  /** Undefined as long as nobody has asked for it, which is as good as open. It tells the slots itself. */
  readonly ownGate: Gate | undefined;
  readonly slots: Map<string, Slot>;
}

/** A slot as it is kept: one plain record, since there are many. */
interface Place {
  readonly owner: SlotOwner;
  readonly quantity: Meaning["quantity"];
  readonly partLabels: Labels | undefined;
  readonly budget: Budget;
  series: Series | undefined;
  users: number;
  /** Not a number until there is one, so that no value is equal to it. */
  value: number;
  atMs: number;
  expiresMs: number;
  wasOpen: boolean;
  /** Undefined if it is the device's own. */
  gate: Gate | undefined;
  stopWatching: (() => void) | undefined;
}

/** The same text for the same metric and labels. */
export const slotKey = (quantity: Meaning["quantity"], labels: Labels | undefined): string => {
  const { name } = familyOfMeaning({ quantity });
  return Object.keys(labels ?? {}).length === 0 ? name : name + JSON.stringify(labels);
};

const labelsOf = ({ owner, partLabels }: Place): Labels => ({
  ...partLabels,
  sensor: owner.named,
  ...owner.labels,
});

const openSeries = (place: Place): Series | undefined => {
  const { owner, quantity, budget } = place;
  if (!budget.take()) return undefined;
  const options = {
    quantity: typeof quantity === "string" ? quantity : undefined,
    isReading: true,
  };
  const opened = owner.isRefused
    ? undefined
    : owner.store.open(familyOfMeaning(place), labelsOf(place), options);
  if (opened === undefined) budget.give();
  return opened;
};

const closeSeries = (place: Place): void => {
  if (place.series === undefined) return;
  place.series.close();
  place.series = undefined;
  place.budget.give();
};

const publish = (place: Place): Written => {
  place.series ??= openSeries(place);
  const { series, value, atMs, expiresMs } = place;
  return series?.set(value, atMs, expiresMs) === true ? "stored" : "refused";
};

const clear = (place: Place): void => {
  place.value = Number.NaN;
  place.expiresMs = never;
  closeSeries(place);
};
const isOpen = ({ gate, owner }: Place): boolean => (gate ?? owner.ownGate)?.isOpen() ?? true;
const look = (place: Place): void => {
  const isOpenNow = isOpen(place);
  if (isOpenNow === place.wasOpen) return;
  place.wasOpen = isOpenNow;
  // What was said before it went is no longer so; what was said before it came has been waiting.
  if (!isOpenNow) clear(place);
  else if (!Number.isNaN(place.value)) publish(place);
};

const watch = (place: Place, gate: Gate | undefined): void => {
  place.stopWatching?.();
  place.gate = gate;
  place.stopWatching = gate?.watch(() => look(place));
};

const functions: Slot & ThisType<Place> = {
  metric() {
    return familyOfMeaning(this).name;
  },
  labels() {
    return labelsOf(this);
  },
  write(value, arrival) {
    if (arrival.isRetained && value === this.value) return "unchanged";
    this.value = value;
    this.atMs = arrival.atMs;
    this.expiresMs = arrival.expiresMs;
    return this.wasOpen ? publish(this) : "waiting";
  },
  clear() {
    clear(this);
  },
  sweep(nowMs) {
    if (this.expiresMs <= nowMs) closeSeries(this);
  },
  rename() {
    if (this.series === undefined) return;
    closeSeries(this);
    publish(this);
  },
  isLive(nowMs) {
    return this.series !== undefined && this.expiresMs > nowMs;
  },
  hold(gate) {
    this.users += 1;
    if (gate === this.gate) return;
    watch(this, gate);
    look(this);
  },
  release() {
    this.users -= 1;
    if (this.users > 0) return;
    watch(this, undefined);
    clear(this);
    this.owner.slots.delete(slotKey(this.quantity, this.partLabels));
  },
  look() {
    look(this);
  },
};

/** A slot without a value. */
export const createSlot = (
  owner: SlotOwner,
  { quantity, labels }: Meaning,
  budget: Budget,
  gate: Gate | undefined,
): Slot => {
  const place: Place = {
    owner,
    quantity,
    partLabels: labels,
    budget,
    series: undefined,
    users: 0,
    value: Number.NaN,
    atMs: never,
    expiresMs: never,
    wasOpen: true,
    gate: undefined,
    stopWatching: undefined,
  };
  watch(place, gate);
  place.wasOpen = isOpen(place);
  return sharing(place, functions);
};
