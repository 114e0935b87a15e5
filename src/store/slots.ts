import type { Quantity } from "../quantities.ts";
import type { Labels } from "../reading.ts";
import type { Family } from "../store.ts";
import { inOrder, joined, renderNumber } from "./text.ts";

/** Memory of one series. */
export interface Slot {
  /** Name, labels and a blank: everything of its line but the value. */
  readonly prefix: string;
  readonly labels: Labels;
  readonly quantity: Quantity | undefined;
  /** Not a number until the first one is written. */
  value: number;
  atMs: number;
  expiresMs: number;
  /** The value and the end of the line; undefined since the value changed. */
  text: string | undefined;
  isOpen: boolean;
}

/** The series of one family and their text, which is put together again only after something changed. */
export interface FamilySlots {
  readonly family: Family;
  /** In the order of their text. */
  readonly slots: () => readonly Slot[];
  readonly isEmpty: () => boolean;
  /** True if these labels are taken. */
  readonly has: (prefix: string) => boolean;
  readonly add: (slot: Slot) => void;
  readonly remove: (slot: Slot) => void;
  readonly write: (slot: Slot, value: number, atMs: number, expiresMs: number) => void;
  readonly clear: (slot: Slot) => void;
  /** The lines of all series that have not expired, each ended by a newline. */
  readonly render: (nowMs: number) => string;
}

/** When something ended that never was. */
export const never = Number.NEGATIVE_INFINITY;

/** True as long as a slot's value may be served. */
export const isLive = (slot: Slot, nowMs: number): boolean => slot.expiresMs > nowMs;

/** A family without series. */
const createFamilySlots = (family: Family): FamilySlots => {
  const byPrefix = new Map<string, Slot>();
  let ordered: readonly Slot[] | undefined;
  let lines = "";
  let isChanged = false;
  let renderedMs = never;
  // No line in `lines` has expired before this.
  let soundUntilMs = Number.POSITIVE_INFINITY;

  const slots = () => {
    ordered ??= [...byPrefix.values()].sort((left, right) => inOrder(left.prefix, right.prefix));
    return ordered;
  };

  const clear = (slot: Slot) => {
    slot.expiresMs = never;
    isChanged = true;
  };

  return {
    family,
    slots,
    isEmpty: () => byPrefix.size === 0,
    has: (prefix) => byPrefix.has(prefix),
    add: (slot) => {
      byPrefix.set(slot.prefix, slot);
      ordered = undefined;
    },
    remove: (slot) => {
      clear(slot);
      slot.isOpen = false;
      byPrefix.delete(slot.prefix);
      ordered = undefined;
    },
    write: (slot, value, atMs, expiresMs) => {
      if (slot.value !== value) {
        slot.value = value;
        slot.text = undefined;
        isChanged = true;
      }
      // An unchanged value is in the text already, unless it was too old for it.
      if (slot.expiresMs <= renderedMs) isChanged = true;
      slot.atMs = atMs;
      slot.expiresMs = expiresMs;
      soundUntilMs = Math.min(soundUntilMs, expiresMs);
    },
    clear,
    render: (nowMs) => {
      if (!isChanged && nowMs < soundUntilMs) return lines;
      const parts: string[] = [];
      soundUntilMs = Number.POSITIVE_INFINITY;
      for (const slot of slots()) {
        if (!isLive(slot, nowMs)) continue;
        slot.text ??= joined(renderNumber(slot.value), "\n");
        parts.push(slot.prefix, slot.text);
        soundUntilMs = Math.min(soundUntilMs, slot.expiresMs);
      }
      lines = parts.join("");
      isChanged = false;
      renderedMs = nowMs;
      return lines;
    },
  };
};

/** All families that have series. */
export interface Families {
  /** The family of that name, made if there is none. */
  readonly of: (family: Family) => FamilySlots;
  readonly forgetIfEmpty: (holder: FamilySlots) => void;
  /** In the order of their names. */
  readonly sorted: () => readonly FamilySlots[];
}

/** No families yet. */
export const createFamilies = (): Families => {
  const byName = new Map<string, FamilySlots>();
  let ordered: readonly FamilySlots[] | undefined;
  return {
    of: (family) => {
      const known = byName.get(family.name);
      if (known !== undefined) return known;
      const created = createFamilySlots(family);
      byName.set(family.name, created);
      ordered = undefined;
      return created;
    },
    forgetIfEmpty: ({ family, isEmpty }) => {
      if (!isEmpty()) return;
      byName.delete(family.name);
      ordered = undefined;
    },
    sorted: () => {
      ordered ??= [...byName.values()].sort((left, right) =>
        inOrder(left.family.name, right.family.name),
      );
      return ordered;
    },
  };
};
